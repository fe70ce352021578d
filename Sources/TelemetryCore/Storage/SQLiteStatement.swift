import GRDB
import GRDBSQLite

/// One prepared statement of SQLite's C API, for the two places where GRDB's own costs too much
/// (docs/decisions/0001-hot-insert.md). Bound to its connection: used and finalized only where that is owned.
struct SQLiteStatement: ~Copyable {
    private let statement: OpaquePointer
    private let connection: OpaquePointer

    init(_ sql: String, on db: Database) throws(DatabaseError) {
        guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw Self.error(code, connection) }
        self.statement = statement
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(self.statement)
    }

    /// Parameters count from 1.
    func bind(_ value: Int64, at index: Int32) {
        let code = sqlite3_bind_int64(self.statement, index, value)
        assert(code == SQLITE_OK)
    }

    /// `nil` is NULL.
    func bind(_ value: Double?, at index: Int32) {
        let code =
            value.map { sqlite3_bind_double(self.statement, index, $0) } ?? sqlite3_bind_null(self.statement, index)
        assert(code == SQLITE_OK)
    }

    /// The same as ``run()``, with UTF-8 text for one parameter, which SQLite reads where it is.
    func run(binding bytes: [UInt8], at index: Int32) throws(DatabaseError) {
        // No destructor (SQLITE_STATIC): the bytes stay where they are until the statement has run. The parameter is
        // cleared then, so that nothing points to them any more.
        let failure = bytes.withUnsafeBytes { buffer -> DatabaseError? in
            let text = buffer.assumingMemoryBound(to: CChar.self).baseAddress
            let code = sqlite3_bind_text(self.statement, index, text, Int32(buffer.count), nil)
            guard code == SQLITE_OK else { return Self.error(code, self.connection) }
            defer { self.bindNull(at: index) }
            do throws(DatabaseError) {
                try self.run()
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    func bindNull(at index: Int32) {
        let code = sqlite3_bind_null(self.statement, index)
        assert(code == SQLITE_OK)
    }

    /// For a statement without rows: runs it and makes it ready for the next bindings.
    func run() throws(DatabaseError) {
        let code = sqlite3_step(self.statement)
        guard code == SQLITE_DONE else {
            let error = Self.error(code, self.connection)
            sqlite3_reset(self.statement)
            throw error
        }
        sqlite3_reset(self.statement)
    }

    /// True: there is a row to look at. False: it was the last.
    func step() throws(DatabaseError) -> Bool {
        let code = sqlite3_step(self.statement)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw Self.error(code, self.connection)
        }
    }

    /// Ready for the next bindings, wherever it is.
    func reset() {
        sqlite3_reset(self.statement)
    }

    /// Columns count from 0.
    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(self.statement, column) }

    func double(_ column: Int32) -> Double? {
        if sqlite3_column_type(self.statement, column) == SQLITE_NULL { return nil }
        return sqlite3_column_double(self.statement, column)
    }

    func text(_ column: Int32) -> String? {
        sqlite3_column_text(self.statement, column).map { String(cString: $0) }
    }

    private static func error(_ code: Int32, _ connection: OpaquePointer) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: String(cString: sqlite3_errmsg(connection))
        )
    }
}
