using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Self matches with conditions that distinguish A and B, compared with numpy and astropy.</summary>
public class SelfMatchTests
{
    private const double RadiusArcsec = 60;

    // One line per pair: the first and second row in the order that meets the condition; if both orders do, that of numpy's upper triangle.
    private const string EitherWay = """
        import sys, numpy as np, astropy.units as u
        from astropy.coordinates import SkyCoord
        ra, dec, size, mag = np.fromfile(sys.argv[1]).reshape(4, -1)
        c = SkyCoord(ra * u.deg, dec * u.deg)
        sep = c[:, None].separation(c[None, :]).arcsec
        ok = (sep <= 60) & ~np.eye(len(ra), dtype=bool)
        ok &= {'radius a': sep <= size[:, None], 'radius b': sep <= size[None, :], 'brighter': mag[:, None] < mag[None, :] - 2}[sys.argv[2]]
        for i, j in zip(*np.nonzero(ok)):
            print(i, j, 1 if ok[j, i] else 0)
        """;

    public static TheoryData<string, MatchFind> Questions()
    {
        TheoryData<string, MatchFind> questions = [];
        foreach (string question in (string[])["radius a", "radius b", "brighter"])
            foreach (MatchFind find in (MatchFind[])[MatchFind.All, MatchFind.Nearest, MatchFind.Groups])
                questions.Add(question, find);
        return questions;
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Two_rows_are_a_pair_if_they_meet_the_conditions_in_either_order(string question, MatchFind find)
    {
        using TemporaryFolder folder = new();
        MemorySide side = Sky(folder["rows.bin"]);
        (int A, int B, bool BothWays)[] found = [.. Python.Run(EitherWay, folder["rows.bin"], question).Split('\n',
            StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(' ').Select(t => int.Parse(t, CultureInfo.InvariantCulture)).ToArray() is [int a, int b, int both]
                ? (a, b, both == 1) : default)];
        Assert.Contains(found, p => p.BothWays == (question != "brighter"));
        CrossMatchOptions options = new()
        {
            RadiusArcsec = RadiusArcsec,
            Find = find,
            Neighbours = find == MatchFind.Nearest ? side.Count : 1,
            Join = MatchJoin.Left,
            Errors = question == "brighter" ? ErrorModel.None : ErrorModel.Radius,
            ErrorColumnA = question == "radius a" ? "size" : null,
            ErrorColumnB = question == "radius b" ? "size" : null,
            Where = question == "brighter" ? "a.mag < b.mag - 2" : null,
        };
        using MatchTable match = await CrossMatcher.MatchSelfAsync(side, options, TestContext.Current.CancellationToken);
        List<(int A, int B)> rows = await RowsOf(match);
        if (find == MatchFind.Groups)
        {
            Assert.Equal(Linked(found, side.Count),
                rows.OrderBy(r => r.A).Select(r => rows.Where(o => o.B == r.B && r.B >= 0).Select(o => o.A).DefaultIfEmpty(r.A).Min()));
            return;
        }
        int[] inPair = find == MatchFind.Nearest ? [.. found.Select(p => p.A).Distinct()]
            : [.. found.SelectMany(p => (int[])[p.A, p.B]).Distinct()];
        IEnumerable<(int, int)> alone = Enumerable.Range(0, side.Count).Except(inPair).Select(i => (i, -1));
        // If both orders of a pair meet the conditions, either row may be A.
        Assert.Equal(find == MatchFind.Nearest ? found.Select(p => (p.A, p.B)).Concat(alone).Order()
            : found.Where(p => !p.BothWays || p.A < p.B).Select(p => (p.A, p.B)).Concat(alone).Order(),
            find == MatchFind.Nearest ? rows.Order()
                : rows.Select(r => found.Contains((r.A, r.B, true)) ? (Math.Min(r.A, r.B), Math.Max(r.A, r.B)) : r).Order());
        Assert.Equal(side.Count - inPair.Length, match.Summary.AWithoutMatch);
    }

    [Fact]
    public async Task A_self_match_with_two_error_columns_is_rejected()
    {
        MemorySide side = new([1], [1], Column("x", [1]), Column("y", [1]));
        Assert.Contains("is 'x' and CrossMatchOptions.ErrorColumnB is 'y'",
            (await Assert.ThrowsAsync<ArgumentException>(() =>
                CrossMatcher.MatchSelfAsync(side, new() { Errors = ErrorModel.Sum, ErrorColumnA = "x", ErrorColumnB = "y" },
                    TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        using MatchTable match = await CrossMatcher.MatchSelfAsync(side, new() { Errors = ErrorModel.Sum, ErrorColumnB = "y" },
            TestContext.Current.CancellationToken);
        Assert.Equal(0, match.Summary.Pairs);
    }

    private static MemorySide Sky(string path)
    {
        ((double[] ra, double[] dec), _) = SkyGenerators.Clumps(77, RadiusArcsec / 3600, 90);
        Random random = new(77);
        double[] size = [.. ra.Select(_ => RadiusArcsec * random.NextDouble())],
            mag = [.. ra.Select(_ => Math.Round(20 * random.NextDouble(), 1))];
        using (BinaryWriter file = new(File.Create(path)))
            foreach (double value in (IEnumerable<double>)[.. ra, .. dec, .. size, .. mag])
                file.Write(value);
        return new MemorySide(ra, dec, Column("size", size), Column("mag", mag));
    }

    private static ColumnData<double> Column(string name,
        double[] values) => new(new ColumnSchema { Name = name, DType = DType.Float64 }, values, values.Length);

    private static int[] Linked((int A, int B, bool BothWays)[] pairs, int count)
    {
        int[] first = [.. Enumerable.Range(0, count)];
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach ((int a, int b, _) in pairs)
                if (first[a] != first[b])
                    (first[a], first[b], changed) = (Math.Min(first[a], first[b]), Math.Min(first[a], first[b]), true);
        }
        return first;
    }

    /// <summary>Returns the ids of A with those of B or with the group; -1 if missing.</summary>
    /// <summary>Returns the ids of the rows of each pair; -1 if missing.</summary>
    internal static async Task<List<(int A, int B)>> RowsOf(MatchTable table)
    {
        List<(int, int)> rows = [];
        await foreach (RowBatch batch in table.ReadAsync(TestContext.Current.CancellationToken))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add((Number(batch.Columns[0], row), Number(batch.Columns[1], row)));
        return rows;

        static int Number(ColumnData column, int row) => column.IsNullAt(row) ? -1
            : column is ColumnData<long> ids ? (int)ids.Values.Span[row] : ((ColumnData<int>)column).Values.Span[row];
    }
}
