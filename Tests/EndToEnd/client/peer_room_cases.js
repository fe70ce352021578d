// x
window.peerCases = {
};
