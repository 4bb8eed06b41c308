using Pile.Format;
using Pile.Reading;
using Pile.Tables;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>One match of two random skies: a choice of find, join, condition, kinds of both sides, output, sky, workers and
/// memory.</summary>
/// <param name="chosen">The choices, each below its size in <see cref="Sizes"/>.</param>
/// <param name="number">The number of the case, on which the sky depends.</param>
internal sealed class MatchCombination(int[] chosen, int number)
{
    private const int Skies = 6;

    private static readonly (MatchFind Find, int Neighbours)[] Finds =
        [(MatchFind.All, 1), (MatchFind.Nearest, 1), (MatchFind.Nearest, 3), (MatchFind.OneToOne, 1)];
    private static readonly CrossMatchOptions[] Conditions =
    [
        new(), new() { Where = "abs(a.mag - b.mag) < 3" }, new() { Where = "a.mag - b.mag < 3 AND b.mag - a.mag < 3" },
        new() { GroupColumn = "field" }, new() { TimeWindowDays = 4 },
        new() { Errors = ErrorModel.Sum, ErrorColumnA = "pos_error", ErrorColumnB = "pos_error" },
        new() { Errors = ErrorModel.Sigma, Sigma = 2, ErrorColumnA = "pos_error", ErrorColumnB = "pos_error" },
    ];
    private static readonly string[] Kinds = ["dataset", "parquet", "csv", "fits", "vot"],
        Outputs = ["parquet", "csv", "ecsv", "fits", "vot", ""];
    private static readonly int[] Workers = [2, 8];
    private static readonly (long? Memory, long? Kept)[] Memories = [(null, null), (64 << 20, 0)];

    /// <summary>The number of choices of find, join, condition, kind of A, kind of B, output, sky, workers and memory.</summary>
    internal static int[] Sizes => [Finds.Length, Enum.GetValues<MatchJoin>().Length, Conditions.Length, Kinds.Length, Kinds.Length,
        Outputs.Length, Skies, Workers.Length, Memories.Length];

    private string Output => Outputs[chosen[5]];

    /// <summary>Runs the match with one worker and enough memory, and with the chosen ones, and compares both with loops over all
    /// pairs.</summary>
    /// <param name="folder">The folder for files.</param>
    /// <param name="cancellationToken">Cancels the match.</param>
    /// <returns>The difference; null if the results are equal.</returns>
    internal async Task<string?> FindFaultAsync(string folder, CancellationToken cancellationToken)
    {
        (MemorySide a, MemorySide b, double radiusArcsec) = MatchLoops.Sky((7 * chosen[6]) + number);
        CrossMatchOptions options = Conditions[chosen[2]] with
        {
            RadiusArcsec = radiusArcsec,
            Find = Finds[chosen[0]].Find,
            Neighbours = Finds[chosen[0]].Neighbours,
            Join = Enum.GetValues<MatchJoin>()[chosen[1]],
            ColumnsA = ["mag"],
        };
        string what = $"case {number}: {options}, {Kinds[chosen[3]]} and {Kinds[chosen[4]]} into {Output}";
        await using Side sideA = await Side.CreateAsync(a, Kinds[chosen[3]], Path.Combine(folder, $"a{number}"), cancellationToken),
            sideB = await Side.CreateAsync(b, Kinds[chosen[4]], Path.Combine(folder, $"b{number}"), cancellationToken);
        string output = Path.Combine(folder, $"m{number}.{Output}");
        List<(long? A, long? B, double Separation)> rows = await RowsAsync(options with { Workers = 1 });
        string bytes = await BytesAsync();
        (long? memory, long? kept) = Memories[chosen[8]];
        if (!rows.SequenceEqual(await RowsAsync(options with { Workers = Workers[chosen[7]], MemoryBytes = memory, KeptBytes = kept })))
            return $"{what}: the rows depend on workers or memory";
        if (bytes != await BytesAsync())
            return $"{what}: the bytes depend on workers or memory";

        List<(int A, int B, double Separation)> pairs = MatchLoops.Pairs(a, b, options, isSelf: false);
        // Of partners with equal separations, the one with the lowest id is chosen, which the loops do not implement.
        if (options.Find != MatchFind.All && (MatchLoops.IsTied(pairs.GroupBy(p => p.A))
            || (options.Find == MatchFind.OneToOne && MatchLoops.IsTied(pairs.GroupBy(p => p.B)))))
            return null;
        List<(long? A, long? B, double Separation)> expected =
            MatchLoops.Joined(MatchLoops.Chosen(pairs, options, rowsA: a.Count, rowsB: b.Count), options.Join, a.Count, b.Count);
        return expected.Count == rows.Count && expected.Order().Zip(rows.Order()).All(
            r => (r.First.A, r.First.B) == (r.Second.A, r.Second.B)
            && Math.Abs(r.First.Separation - r.Second.Separation) <= 1e-12 * Math.Abs(r.First.Separation)) ? null
            : $"{what}: {rows.Count} rows, expected {expected.Count}";

        async Task<string> BytesAsync() => Output.Length == 0 ? ""
            : Convert.ToHexString(await File.ReadAllBytesAsync(output, cancellationToken));

        async Task<List<(long? A, long? B, double Separation)>> RowsAsync(CrossMatchOptions asked)
        {
            if (Output.Length == 0)
            {
                using MatchTable table = await CrossMatcher.MatchAsync(sideA.Match, sideB.Match, asked, cancellationToken);
                return await RowsOf(table.ReadAsync(cancellationToken));
            }
            await CrossMatcher.MatchToFileAsync(sideA.Match, sideB.Match, asked, output, overwrite: true, cancellationToken);
            await using ITableReader written = await TableReader.OpenAsync(output, cancellationToken: cancellationToken);
            return await RowsOf(written.ReadAsync(["a_object_id", "b_object_id", "separation_arcsec"],
                cancellationToken: cancellationToken));
        }
    }

    private static async Task<List<(long? A, long? B, double Separation)>> RowsOf(IAsyncEnumerable<RowBatch> batches)
    {
        List<(long?, long?, double)> rows = [];
        await foreach (RowBatch batch in batches)
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add(((long?)Number(batch["a_object_id"], row), (long?)Number(batch["b_object_id"], row),
                    Number(batch["separation_arcsec"], row) ?? -1));
        return rows;

        // A CSV column without values is not numeric.
        static double? Number(ColumnData column, int row) => column.IsNullAt(row) ? null : column switch
        {
            ColumnData<double> numbers => double.IsNaN(numbers.Values.Span[row]) ? null : numbers.Values.Span[row],
            ColumnData<long> numbers => numbers.Values.Span[row],
            TextColumnData text => text.Text(row) is "" or null ? null : throw new InvalidOperationException(text.Text(row)),
            _ => throw new InvalidOperationException($"{column.Schema.Name} is {column.Schema.DType}"),
        };
    }

    private sealed class Side(MatchSide match, IAsyncDisposable opened) : IAsyncDisposable
    {
        internal MatchSide Match => match;

        internal static async Task<Side> CreateAsync(MemorySide rows, string kind, string path, CancellationToken cancellationToken)
        {
            // Builders skip rows without one of the coordinates.
            if (kind == "dataset" && !rows.RaDeg.Concat(rows.DecDeg).Any(double.IsNaN))
            {
                Dataset dataset = await rows.ToDatasetAsync(path, cancellationToken);
                return new Side(new DatasetSide(dataset), dataset);
            }
            ITableReader table = await rows.ToTableAsync($"{path}.{(kind == "dataset" ? "parquet" : kind)}");
            return new Side(TableSide.Create(table, new() { RaColumn = "ra", DecColumn = "dec", IdColumn = "id" }), table);
        }

        public ValueTask DisposeAsync() => opened.DisposeAsync();
    }
}
