using Pile.Format;

namespace Pile.Review;

/// <summary>A row that differs, or whose heavy values have to be read to know whether it does.</summary>
/// <param name="id">Its id.</param>
/// <param name="positionA">Its index position in A.</param>
/// <param name="positionB">Its index position in B.</param>
/// <param name="changed">The compared columns in which it differs.</param>
/// <param name="unread">The heavy columns whose values are not known yet.</param>
internal sealed class RowPair(ObjectId id, long positionA, long positionB, List<int> changed, List<int> unread)
{
    internal ObjectId Id => id;

    internal long PositionA => positionA;

    internal long PositionB => positionB;

    internal List<int> Changed => changed;

    internal List<int> Unread => unread;

    /// <summary>What happened to the row.</summary>
    internal RowChange Change { get; init; } = RowChange.Changed;
}
