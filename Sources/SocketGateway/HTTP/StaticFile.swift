package import NIOCore

/// One file as it goes out.
package struct StaticFile: Sendable {
    package let content: ByteBuffer
    package let contentType: String
    package let entityTag: EntityTag
}
