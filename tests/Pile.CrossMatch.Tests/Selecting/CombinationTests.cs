using Pile.Format;
using Pile.Reading;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Every two of find, join, condition, kinds of both sides, output, sky, workers and memory together, against loops over all pairs.</summary>
public sealed class CombinationTests : IDisposable
{
    private static readonly (MatchFind Find, int Neighbours)[] Finds =
        [(MatchFind.All, 1), (MatchFind.Nearest, 1), (MatchFind.Nearest, 3), (MatchFind.OneToOne, 1)];
    private static readonly CrossMatchOptions[] Conditions =
    [
        new(), new() { Where = "abs(a.mag - b.mag) < 3" }, new() { Where = "a.mag - b.mag < 3 AND b.mag - a.mag < 3" }, new() { GroupColumn = "field" }, new() { TimeWindowDays = 4 },
        new() { Errors = ErrorModel.Sum, ErrorColumnA = "pos_error", ErrorColumnB = "pos_error" }, new() { Errors = ErrorModel.Sigma, Sigma = 2, ErrorColumnA = "pos_error", ErrorColumnB = "pos_error" },
    ];
    private static readonly string[] Kinds = ["dataset", "parquet", "csv", "fits", "vot"], Outputs = ["parquet", "csv", "ecsv", "fits", "vot", ""];
    private static readonly int[] Workers = [2, 8];
    private static readonly (long? Memory, long? Kept)[] Memories = [(null, null), (64 << 20, 0)];
    private const int Skies = 6;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Parts => [.. Enumerable.Range(0, 6)];

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task Every_pair_of_choices_gives_the_rows_of_loops_and_the_same_bytes(int part)
    {
        List<int[]> cases = Pairwise([Finds.Length, Enum.GetValues<MatchJoin>().Length, Conditions.Length, Kinds.Length, Kinds.Length, Outputs.Length, Skies, Workers.Length, Memories.Length]);
        for (int i = part; i < cases.Count; i += Parts.Count)
            await MatchAsync(cases[i], i);
    }

    public void Dispose() => folder.Dispose();

    private async Task MatchAsync(int[] chosen, int number)
    {
        (MemorySide a, MemorySide b, double radiusArcsec) = FindAndJoinTests.Sky((7 * chosen[6]) + number);
        CrossMatchOptions options = Conditions[chosen[2]] with
        {
            RadiusArcsec = radiusArcsec,
            Find = Finds[chosen[0]].Find,
            Neighbours = Finds[chosen[0]].Neighbours,
            Join = Enum.GetValues<MatchJoin>()[chosen[1]],
            ColumnsA = ["mag"],
        };
        string what = $"case {number}: {options}, {Kinds[chosen[3]]} and {Kinds[chosen[4]]} into {Outputs[chosen[5]]}";
        await using Side sideA = await Side.CreateAsync(a, Kinds[chosen[3]], folder[$"a{number}"]), sideB = await Side.CreateAsync(b, Kinds[chosen[4]], folder[$"b{number}"]);
        (long? memory, long? kept) = Memories[chosen[8]];
        string output = folder[$"m{number}.{Outputs[chosen[5]]}"];
        List<(long? A, long? B, double Separation)> rows = await RowsAsync(options with { Workers = 1 });
        string? first = Outputs[chosen[5]].Length == 0 ? null : Convert.ToHexString(await File.ReadAllBytesAsync(output, Token));
        Assert.True(rows.SequenceEqual(await RowsAsync(options with { Workers = Workers[chosen[7]], MemoryBytes = memory, KeptBytes = kept })), what);
        Assert.True(first is null || first == Convert.ToHexString(await File.ReadAllBytesAsync(output, Token)), what);

        List<(int A, int B, double Separation)> pairs = FindAndJoinTests.Pairs(a, b, options, isSelf: false);
        // Of partners equally close the lowest id counts, which the loops do not know.
        if (options.Find != MatchFind.All && (FindAndJoinTests.IsTied(pairs.GroupBy(p => p.A)) || (options.Find == MatchFind.OneToOne && FindAndJoinTests.IsTied(pairs.GroupBy(p => p.B)))))
            return;
        List<(long? A, long? B, double Separation)> expected = FindAndJoinTests.Joined(FindAndJoinTests.Chosen(pairs, options, rowsA: a.Count, rowsB: b.Count), options.Join, a.Count, b.Count);
        Assert.True(expected.Order().Zip(rows.Order()).All(r => (r.First.A, r.First.B) == (r.Second.A, r.Second.B) && Math.Abs(r.First.Separation - r.Second.Separation) <= 1e-12 * Math.Abs(r.First.Separation)) && expected.Count == rows.Count,
            $"{what}: {rows.Count} rows, expected {expected.Count}");


        async Task<List<(long? A, long? B, double Separation)>> RowsAsync(CrossMatchOptions asked)
        {
            if (Outputs[chosen[5]].Length == 0)
            {
                using MatchTable table = await CrossMatcher.MatchAsync(sideA.Match, sideB.Match, asked, Token);
                return await RowsOf(table.ReadAsync(Token));
            }
            await CrossMatcher.MatchToFileAsync(sideA.Match, sideB.Match, asked, output, overwrite: true, Token);
            await using ITableReader written = await TableReader.OpenAsync(output, cancellationToken: Token);
            return await RowsOf(written.ReadAsync(["a_object_id", "b_object_id", "separation_arcsec"], cancellationToken: Token));
        }
    }

    private static async Task<List<(long? A, long? B, double Separation)>> RowsOf(IAsyncEnumerable<RowBatch> batches)
    {
        List<(long?, long?, double)> rows = [];
        await foreach (RowBatch batch in batches)
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add(((long?)Number(batch["a_object_id"], row), (long?)Number(batch["b_object_id"], row), Number(batch["separation_arcsec"], row) ?? -1));
        return rows;

        // A column without any value has no type of numbers in a CSV.
        static double? Number(ColumnData column, int row) => column.IsNullAt(row) ? null : column switch
        {
            ColumnData<double> numbers => double.IsNaN(numbers.Values.Span[row]) ? null : numbers.Values.Span[row],
            ColumnData<long> numbers => numbers.Values.Span[row],
            TextColumnData text => text.Text(row) is "" or null ? null : throw new InvalidOperationException(text.Text(row)),
            _ => throw new InvalidOperationException($"{column.Schema.Name} is {column.Schema.DType}"),
        };
    }

    /// <summary>Cases in which every two choices of two dimensions meet: each case takes the choices with which most are new.</summary>
    private static List<int[]> Pairwise(int[] sizes)
    {
        HashSet<(int, int, int, int)> open = [];
        for (int i = 0; i < sizes.Length; i++)
            for (int j = i + 1; j < sizes.Length; j++)
                for (int x = 0; x < sizes[i]; x++)
                    for (int y = 0; y < sizes[j]; y++)
                        open.Add((i, x, j, y));
        List<int[]> cases = [];
        while (open.Count > 0)
        {
            int[] chosen = [.. Enumerable.Repeat(-1, sizes.Length)];
            (chosen[open.Min().Item1], chosen[open.Min().Item3]) = (open.Min().Item2, open.Min().Item4);
            for (int i = 0; i < sizes.Length; i++)
                if (chosen[i] < 0)
                    chosen[i] = Enumerable.Range(0, sizes[i]).MaxBy(x => New(i, x));
            open.RemoveWhere(p => chosen[p.Item1] == p.Item2 && chosen[p.Item3] == p.Item4);
            cases.Add(chosen);

            int New(int i, int x) => Enumerable.Range(0, sizes.Length).Count(j => chosen[j] >= 0 && j != i && open.Contains(i < j ? (i, x, j, chosen[j]) : (j, chosen[j], i, x)));
        }
        return cases;
    }

    private sealed class Side(MatchSide match, IAsyncDisposable opened) : IAsyncDisposable
    {
        internal MatchSide Match => match;

        internal static async Task<Side> CreateAsync(MemorySide rows, string kind, string path)
        {
            // Builders leave out rows that lack one coordinate.
            if (kind == "dataset" && !rows.RaDeg.Concat(rows.DecDeg).Any(double.IsNaN))
            {
                Dataset dataset = await rows.ToDatasetAsync(path);
                return new Side(new DatasetSide(dataset), dataset);
            }
            ITableReader table = await rows.ToTableAsync($"{path}.{(kind == "dataset" ? "parquet" : kind)}");
            return new Side(TableSide.Create(table, "ra", "dec", "id"), table);
        }

        public ValueTask DisposeAsync() => opened.DisposeAsync();
    }
}
