using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>The index columns that locate the values of a column in files outside the dataset.</summary>
internal static class ReferenceParts
{
    private static readonly string[] OfPieces =
        [ColumnNames.PieceOffset(""), ColumnNames.PieceSize(""), ColumnNames.PieceCodec(""), ColumnNames.PieceCrc32C("")];

    /// <summary>Returns the columns of the index. Those of pieces are lists if a row has several.</summary>
    internal static IEnumerable<ColumnSchema> InIndex(ColumnSchema owner) =>
        owner.Storage == ColumnStorage.Window ? OfWindow(owner, owner.Longest)
            : All(owner, owner.Longest > 1, Math.Max(owner.Longest, owner.Shape.Length + 1));

    /// <summary>Returns the columns of a spill, where those of pieces are always lists, and the shape of each row.</summary>
    internal static IEnumerable<ColumnSchema> InSpill(ColumnSchema owner) =>
        [.. owner.Storage == ColumnStorage.Window ? OfWindow(owner, 0) : All(owner, areLists: true, 0),
            Part(ColumnNames.Shape(owner.Name), ColumnNames.Shape(owner.Name), DType.Int32, true, 0)];

    /// <summary>Returns whether the index has single values where a spill has lists of one piece.</summary>
    internal static bool IsTakenFromList(ColumnSchema column) =>
        column.IsScalar && column.Name.StartsWith(ColumnNames.PiecePrefix, StringComparison.Ordinal)
        && Array.Exists(OfPieces, part => column.Name.EndsWith(part[ColumnNames.PiecePrefix.Length..], StringComparison.Ordinal));

    /// <summary>Returns whether a column has the number of a file, which is counted anew in each unit.</summary>
    internal static bool IsFileNumber(ColumnSchema column) =>
        column.Name.StartsWith(ColumnNames.PiecePrefix, StringComparison.Ordinal)
        && column.Name.EndsWith(ColumnNames.PieceFile("")[ColumnNames.PiecePrefix.Length..], StringComparison.Ordinal);

    private static IEnumerable<ColumnSchema> All(ColumnSchema owner, bool areLists, int longest)
    {
        yield return Of(ColumnNames.PieceFile, DType.Int32, false);
        yield return Of(ColumnNames.PieceOffset, DType.Int64, areLists);
        yield return Of(ColumnNames.PieceSize, DType.Int32, areLists);
        yield return Of(ColumnNames.PieceCodec, DType.UInt8, areLists);
        yield return Of(ColumnNames.PieceCrc32C, DType.UInt32, areLists);
        yield return Of(ColumnNames.PieceChunk, DType.Int32, true);
        yield return Of(ColumnNames.PieceFirst, DType.Int64, false);

        ColumnSchema Of(Func<string, string> name, DType type, bool isList) =>
            Part(name(owner.Name), name(owner.SqlName), type, isList, longest);
    }

    private static IEnumerable<ColumnSchema> OfWindow(ColumnSchema owner, int longest) =>
        ((Func<string, string>[])[ColumnNames.PieceFile, ColumnNames.WindowBand, ColumnNames.WindowFactor, ColumnNames.Window])
            .Select(name => Part(name(owner.Name), name(owner.SqlName), DType.Int32, true, longest));

    private static ColumnSchema Part(string name, string sqlName, DType type, bool isList, int longest) => new()
    {
        Name = name,
        IndexName = sqlName,
        DType = type,
        Shape = isList ? [ColumnSchema.Ragged] : [],
        IsList = isList,
        Nullable = true,
        Role = ColumnRole.Standard,
        Longest = isList ? longest : 0,
    };
}
