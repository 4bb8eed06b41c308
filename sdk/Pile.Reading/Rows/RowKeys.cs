using Pile.Format;

namespace Pile.Reading;

/// <summary>What rows are looked up by, in the caller's order; a query where it is neither.</summary>
internal sealed record RowKeys
{
    internal static RowKeys None { get; } = new();

    internal ObjectId[]? Ids { get; private init; }

    internal long[]? Positions { get; private init; }

    internal int Count => Ids?.Length ?? Positions?.Length ?? 0;

    internal static RowKeys Of(ObjectId[] ids) => new() { Ids = ids };

    internal static RowKeys Of(long[] positions) => new() { Positions = positions };
}
