internal import AWS

extension Failure {
    /// Writes, and is thrown where the row is not as the write's condition demands.
    func unlessConditionHolds(_ write: () throws -> Void) throws {
        do {
            try write()
        } catch let error as AWSError where error.isConditionalCheckFailed {
            throw self
        }
    }

    /// Writes, and is thrown where the row is not as the write's condition demands, unless it is as
    /// wanted: a write that is repeated because its answer was lost fails at its own success.
    func unless(_ isAsWanted: () throws -> Bool, _ write: () throws -> Void) throws {
        do {
            try unlessConditionHolds(write)
        } catch let failure as Failure where failure == self {
            guard try isAsWanted() else { throw self }
        }
    }
}
