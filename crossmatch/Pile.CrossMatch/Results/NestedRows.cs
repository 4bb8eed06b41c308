using System.Collections.Immutable;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>One row for each row of A: columns of A as they are, those of B and of the pair as lists in the order of separation.</summary>
/// <param name="columns">The columns of the pairs.</param>
/// <param name="count">The number of rows.</param>
internal sealed class NestedRows(ImmutableArray<ResultColumn> columns, long count)
{
    /// <summary>The number of rows.</summary>
    internal long Count => count;

    /// <summary>The columns: those that do not belong to A have one ragged axis.</summary>
    internal ImmutableArray<ColumnSchema> Schemas { get; } = [.. columns.Select(c => c.Part == ResultPart.A ? c.Schema
        : c.Schema with { Shape = [ColumnSchema.Ragged], Nullable = false })];

    /// <summary>Rejects options whose rows are not rows of A with partners.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    internal static void Check(CrossMatchOptions options, bool isSelf)
    {
        if (!options.Nest)
            return;
        if (options.Join is not (MatchJoin.Inner or MatchJoin.Left))
            throw new ArgumentException("CrossMatchOptions.Nest requires the join inner or left, because each row is a row of A with its "
                + $"partners; the join is {MatchWords.Of(options.Join)}.", nameof(options));
        if (options.Find == MatchFind.Groups || (isSelf && options.Find == MatchFind.OneToOne))
            throw new ArgumentException("CrossMatchOptions.Nest lists the partners of each row of A, but CrossMatchOptions.Find is "
                + $"{MatchWords.Of(options.Find, options.Neighbours)}{(isSelf ? " in a self match" : "")}. Use all or nearest.",
                nameof(options));
    }

    /// <summary>Rejects columns whose lists would be lists of arrays.</summary>
    /// <exception cref="ArgumentException">A column of B has arrays.</exception>
    internal static void Check(MatchRequest request)
    {
        if (request.Options.Nest && request.CarriedB.FirstOrDefault(name => !request.B.Require(name).IsScalar) is { } name)
            throw new ArgumentException($"CrossMatchOptions.Nest: column '{name}' of {request.B.Name} has arrays, and a list of arrays is "
                + "not supported. Leave the column out.", nameof(request));
    }

    /// <summary>Rejects a table whose format has no lists.</summary>
    /// <exception cref="ArgumentException">The table is CSV or TSV.</exception>
    internal static void RequireLists(string path)
    {
        string plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        if (Path.GetExtension(plain).ToLowerInvariant() is ".csv" or ".tsv" or ".tab")
            throw new ArgumentException($"'{path}': {NoLists}", nameof(path));
    }

    /// <summary>What is wrong with a format without lists.</summary>
    internal const string NoLists = "CSV and TSV have no lists, which CrossMatchOptions.Nest writes. Use Parquet, Arrow, JSON Lines, ECSV, "
        + "VOTable or FITS.";

    /// <summary>Returns how many of the next pairs form complete rows.</summary>
    /// <param name="rowA">The rows of A of the next pairs of a block, which has all pairs of each row.</param>
    /// <param name="mostPairs">The number of pairs from which on no other row is added.</param>
    /// <param name="left">The number of rows still wanted, which is reduced by those returned.</param>
    internal static int PairsOf(ReadOnlySpan<int> rowA, int mostPairs, ref long left)
    {
        int pairs = 0;
        while (pairs < Math.Min(mostPairs, rowA.Length) && left > 0)
        {
            int row = rowA[pairs];
            while (pairs < rowA.Length && rowA[pairs] == row)
                pairs++;
            left--;
        }
        return pairs;
    }

    /// <summary>Returns the rows of some pairs.</summary>
    /// <param name="pairs">All pairs of some rows of A, or the row of A alone.</param>
    internal RowBatch Of(BlockRows pairs)
    {
        ReadOnlySpan<int> rowA = pairs.RowA, rowB = pairs.RowB;
        ReadOnlySpan<double> separations = pairs.AllSeparations;
        List<int> rows = [], lengths = [];
        int partners = 0;
        (int[] ofA, int[] ofB, double[] arcsec) = (new int[rowA.Length], new int[rowA.Length], new double[rowA.Length]);
        for (int i = 0; i < rowA.Length; i++)
        {
            if (i == 0 || rowA[i] != rowA[i - 1])
            {
                rows.Add(rowA[i]);
                lengths.Add(0);
            }
            if (rowB[i] < 0)
                continue;
            lengths[^1]++;
            (ofA[partners], ofB[partners], arcsec[partners]) = (rowA[i], rowB[i], separations[i]);
            partners++;
        }
        int[] firsts = [.. rows], lists = [.. lengths];
        BlockRows alone = new(firsts, firsts, new double[firsts.Length], 0, firsts.Length, mayLackA: false, mayLackB: false),
            flat = new(ofA, ofB, arcsec, 0, partners, mayLackA: false, mayLackB: false);
        return new RowBatch(columns.Select((c, i) => c.Part == ResultPart.A ? c.Take(alone) : List(c.Take(flat), Schemas[i], lists)));
    }

    private static ColumnData List(ColumnData values, ColumnSchema schema, int[] lengths)
    {
        if (values is TextColumnData text) // a missing text is an empty one
            return new TextColumnData(schema, text.Utf8, text.Starts, lengths);
        if (!values.IsNull.IsEmpty && values.Schema.DType is not (DType.Float32 or DType.Float64))
            throw new ArgumentException($"CrossMatchOptions.Nest: column '{schema.Name}' has a missing value, and lists of "
                + $"{schema.DType.Name()} cannot have missing elements. Leave the column out, or select rows of B whose value is "
                + "not null.");
        return values switch
        {
            ColumnData<double> c => Of(c, double.NaN),
            ColumnData<float> c => Of(c, float.NaN),
            ColumnData<bool> c => Of(c, default),
            ColumnData<sbyte> c => Of(c, default),
            ColumnData<byte> c => Of(c, default),
            ColumnData<short> c => Of(c, default),
            ColumnData<ushort> c => Of(c, default),
            ColumnData<int> c => Of(c, default),
            ColumnData<uint> c => Of(c, default),
            ColumnData<long> c => Of(c, default),
            ColumnData<ulong> c => Of(c, default),
            _ => throw new NotSupportedException($"Lists of {schema.DType.Name()} are not supported."),
        };

        ColumnData<T> Of<T>(ColumnData<T> column, T missing) where T : unmanaged
        {
            if (column.IsNull.IsEmpty)
                return new ColumnData<T>(schema, column.Values, lengths);
            T[] all = column.Values.ToArray();
            for (int i = 0; i < all.Length; i++)
                if (column.IsNullAt(i))
                    all[i] = missing;
            return new ColumnData<T>(schema, all, lengths);
        }
    }
}
