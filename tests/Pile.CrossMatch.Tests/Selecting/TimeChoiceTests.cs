using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Partners that are chosen by time, compared with pandas' merge_asof of rows at identical positions.</summary>
public sealed class TimeChoiceTests : IDisposable
{
    private const int Objects = 40, RowsA = 500, RowsB = 700;

    private static readonly (MatchFind Find, string Direction)[] Finds =
        [(MatchFind.NearestInTime, "nearest"), (MatchFind.LastBefore, "backward"), (MatchFind.FirstAfter, "forward")];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_chosen_row_is_that_of_merge_asof()
    {
        // Times are multiples of half a day, so that many are equal or at the same distance.
        Random random = new(5);
        (int[] objectsA, double[] mjdA) = Epochs(RowsA);
        (int[] objectsB, double[] mjdB) = Epochs(RowsB);
        (MemorySide a, MemorySide b) = (Side(objectsA, mjdA), Side(objectsB, mjdB));
        Write("a.csv", objectsA, mjdA);
        Write("b.csv", objectsB, mjdB);
        foreach ((MatchFind find, string direction) in Finds)
            foreach (double? window in (double?[])[null, 2])
            {
                using MatchTable match = await CrossMatcher.MatchAsync(a, b,
                    new() { RadiusArcsec = 1, Find = find, TimeWindowDays = window, Join = MatchJoin.Left, Workers = 2 }, Token);
                List<string> lines = ["row,dt"];
                await foreach (RowBatch batch in match.ReadAsync(Token))
                    for (int row = 0; row < batch.RowCount; row++)
                        lines.Add($"{((ColumnData<long>)batch["a_object_id"]).Values.Span[row]},{(batch["dt_days"].IsNullAt(row) ? ""
                            : ((ColumnData<double>)batch["dt_days"]).Values.Span[row].ToString("R", CultureInfo.InvariantCulture))}");
                File.WriteAllLines(folder[$"{direction}-{window ?? 0}.csv"], lines);
            }
        Assert.Equal("6 agree", Python.Run("""
            import sys, glob, pandas as pd
            folder = sys.argv[1]
            a, b = (pd.read_csv(f'{folder}/{n}.csv').sort_values('mjd', kind='stable') for n in 'ab')
            files = glob.glob(f'{folder}/*-*.csv')
            for path in files:
                direction, window = path.split('/')[-1][:-4].split('-')
                b['of_b'] = b.mjd
                e = pd.merge_asof(a, b[['object', 'mjd', 'of_b']], on='mjd', by='object', direction=direction,
                    tolerance=float(window) if window != '0' else None)
                e['dt'] = e.of_b - e.mjd
                f = pd.read_csv(path)
                assert len(f) == len(a) and f.row.is_unique
                m = e.set_index('row').dt.to_frame('e').join(f.set_index('row').dt.to_frame('f'))
                assert m.e.notna().sum() > 100, path
                same = (m.e == m.f) | (m.e.isna() & m.f.isna())
                assert same.all(), (path, m[~same].head())
            print(len(files), 'agree')
            """, folder.Path).Trim());

        (int[], double[]) Epochs(int count) => ([.. Enumerable.Range(0, count).Select(_ => random.Next(Objects))],
            [.. Enumerable.Range(0, count).Select(_ => 58_000 + (random.Next(120) / 2.0))]);
    }

    [Fact]
    public async Task Of_equal_times_the_nearest_in_position_is_chosen_and_rows_without_a_time_have_no_partner()
    {
        MemorySide a = Side([0, 0, 0], [10, double.NaN, 30]);
        MemorySide b = new([2 / 3600.0, 1 / 3600.0, 0, 0], [0, 0, 0, 0], Times([12, 12, double.NaN, 8]));
        Assert.Equal("0-3 2-1", await PairsAsync(a, b, MatchFind.NearestInTime)); // 8 and 12 are both 2 days away: the earlier one
        Assert.Equal("0-3 2-1", await PairsAsync(a, b, MatchFind.LastBefore));
        Assert.Equal("0-1", await PairsAsync(a, b, MatchFind.FirstAfter));
        Assert.Equal("", await PairsAsync(a, Side([0], [double.NaN]), MatchFind.NearestInTime));
    }

    [Fact]
    public async Task In_a_self_match_the_previous_row_of_each_row_is_found()
    {
        MemorySide light = Side([0, 0, 0, 1], [3, 1, 2, 5]);
        using MatchTable match = await CrossMatcher.MatchSelfAsync(light, new() { RadiusArcsec = 1, Find = MatchFind.LastBefore }, Token);
        Assert.Equal("0-2 2-1", PairsOf(match));
    }

    [Fact]
    public async Task Sides_without_a_time_are_an_error() => Assert.Contains("has no column of times ('mjd')",
        (await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(new MemorySide([1], [1]), Side([0], [1]),
            new() { RadiusArcsec = 1, Find = MatchFind.LastBefore }, Token))).Message, StringComparison.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<string> PairsAsync(MemorySide a, MemorySide b, MatchFind find)
    {
        using MatchTable match = await CrossMatcher.MatchAsync(a, b, new() { RadiusArcsec = 10, Find = find }, Token);
        return PairsOf(match);
    }

    private static string PairsOf(MatchTable match)
    {
        List<string> pairs = [];
        foreach (MatchPair pair in match)
            pairs.Add($"{pair.A}-{pair.B}");
        return string.Join(" ", pairs.Order(StringComparer.Ordinal));
    }

    // The object with number i is at the right ascension i.
    private static MemorySide Side(int[] objects, double[] mjd) =>
        new([.. objects.Select(o => (double)o)], new double[objects.Length], Times(mjd));

    private static ColumnData<double> Times(double[] mjd) => new(new ColumnSchema { Name = "mjd", DType = DType.Float64, Unit = "d" }, mjd);

    private void Write(string name, int[] objects, double[] mjd) => File.WriteAllLines(folder[name],
        ["row,object,mjd", .. objects.Select((o, i) => FormattableString.Invariant($"{i},{o},{mjd[i]:R}"))]);
}
