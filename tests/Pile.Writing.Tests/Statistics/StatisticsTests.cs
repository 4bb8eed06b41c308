using System.Globalization;
using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Statistics;

/// <summary>Compares statistics.parquet with numpy on the values that h5py reads from the shards, by the formulas of numpy.var,
/// scipy.stats.skew and scipy.stats.kurtosis.</summary>
public class StatisticsTests
{
    private const string Oracle = """
        import csv, glob, sys, h5py, numpy as np
        columns, shapes, nulls = {}, {}, {}
        for path in sorted(glob.glob(sys.argv[1] + "/main/healpix=*/*.hdf5")):
            with h5py.File(path) as f:
                names = [n for n in f if not (n.endswith("_isnull"))]
                for name in names:
                    isnull = f[name + "_isnull"][:] if name + "_isnull" in f else np.zeros(len(f[name]), bool)
                    nulls[name] = nulls.get(name, 0) + isnull.sum()
                    shape = f[name + "_shape"][:] if name + "_shape" in f else None
                    for k, row in enumerate(f[name][:]):
                        if isnull[k]: continue
                        if shape is not None: row = row[tuple(slice(0, n) for n in shape[k])]
                        columns.setdefault(name, []).append(np.ravel(row))
        checked = 0
        for line in csv.DictReader(open(sys.argv[2])):
            name = line["column"].replace("%", "%25").replace("/", "%2F") if line["column"] != "." else "%2E"
            values = np.concatenate(columns[name]) if name in columns else np.zeros(0)
            assert int(line["nulls"]) == nulls[name], (name, line)
            if values.dtype.kind == "S":
                assert int(line["count"]) == len(values), name
                if len(columns[name][0]) == 1 and line["min_text"]:
                    assert line["min_text"].encode() == min(values) and line["max_text"].encode() == max(values), (name, line)
                checked += 1
                continue
            if line["min_text"]:
                assert (int(line["min_text"]), int(line["max_text"])) == (min(values), max(values)), (name, line)
            x = values.astype(float).astype(np.longdouble)
            good = np.isfinite(x)
            assert int(line["skipped"]) == np.sum(~good), (name, line)
            x = x[good]
            assert int(line["count"]) == len(x), (name, line)
            if not len(x): continue
            d = x - x.mean()
            m2, m3, m4 = np.mean(d**2), np.mean(d**3), np.mean(d**4)
            close = lambda text, value, tolerance: abs(float(text) - float(value)) <= tolerance
            assert float(line["min"]) == float(x.min()) and float(line["max"]) == float(x.max()), (name, line)
            assert close(line["mean"], x.mean(), 1e-12 * (abs(x.mean()) + np.sqrt(m2))), (name, line, x.mean())
            checked += 1
            if m2 > 0 and abs(x.mean()) > 1e12 * np.sqrt(m2): continue # -2^60 - i: float64 has no digit left for the spread
            assert close(line["variance"], m2, 1e-10 * m2 + 1e-13 * abs(x.mean()) * np.sqrt(m2)), (name, line, m2)
            if m2 > 0:
                assert close(line["skewness"], m3 / m2**1.5, 1e-8), (name, line, m3 / m2**1.5)
                assert close(line["kurtosis"], m4 / m2**2 - 3, 1e-8), (name, line, m4 / m2**2 - 3)
            else: assert line["skewness"] == "" and line["kurtosis"] == "", (name, line)
        print(checked > 30)
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public async Task Statistics_equal_those_of_numpy(int count)
    {
        using TemporaryFolder folder = new();
        await Datasets.Build(folder["zoo"], Zoo.Spec with { Order = 1, TargetShardBytes = 20 << 10 }, null,
            Datasets.ZooUnits(count, 3, 70));
        Datasets.Export($"SELECT * FROM read_parquet({DuckDbSql.Literal(Path.Combine(folder["zoo"], DatasetPaths.Statistics))})",
            folder["statistics.csv"]);
        Assert.Equal("True\n", Python.Run(Oracle, folder["zoo"], folder["statistics.csv"]));
    }

    [Theory] // the mean is 10⁹ times the spread: naive sums of squares would lose all digits
    [InlineData(1e9, 1)]
    [InlineData(-5e10, 0.25)]
    [InlineData(0, 1e-30)]
    [InlineData(0, 1e60)]
    public void Moments_keep_their_precision_with_a_large_mean(double mean, double spread)
    {
        double[] values = [.. Enumerable.Range(0, 100_003).Select(i => mean + (spread * (i % 7)))];
        Moments all = new();
        all.Add(DType.Float64, MemoryMarshal.AsBytes<double>(values));
        double[] small = [.. Enumerable.Range(0, 100_003).Select(i => (double)(i % 7))];
        double mu = small.Average(), m2 = small.Average(x => Math.Pow(x - mu, 2)), m3 = small.Average(x => Math.Pow(x - mu, 3)),
            m4 = small.Average(x => Math.Pow(x - mu, 4));
        Assert.Equal(1, all.Variance / (m2 * spread * spread), 6);
        Assert.Equal(m3 / Math.Pow(m2, 1.5), all.Skewness, 6);
        Assert.Equal((m4 / (m2 * m2)) - 3, all.Kurtosis, 6);
        Assert.Equal((mean, mean + (6 * spread)), (all.Min, all.Max));
    }

    [Fact]
    public void Merged_parts_equal_the_whole_and_sentinels_and_nan_are_left_out()
    {
        Random random = new(5);
        float[] values = [.. Enumerable.Range(0, 10_000)
            .Select(i => i % 97 == 0 ? float.NaN : i % 89 == 0 ? -99 : i % 83 == 0 ? float.PositiveInfinity : (float)random.NextDouble())];
        Moments whole = new(), parts = new();
        whole.Add(DType.Float32, MemoryMarshal.AsBytes<float>(values), [-99]);
        for (int at = 0, some; at < values.Length; at += some)
        {
            some = Math.Min(values.Length - at, random.Next(1, 700));
            Moments part = new();
            part.Add(DType.Float32, MemoryMarshal.AsBytes<float>(values.AsSpan(at, some)), [-99]);
            parts.Add(part);
        }
        float[] kept = [.. values.Where(v => float.IsFinite(v) && v != -99)];
        Assert.Equal((kept.Length, values.Length - kept.Length), (whole.Count, whole.Skipped));
        Assert.Equal((whole.Count, whole.Skipped, whole.Min, whole.Max), (parts.Count, parts.Skipped, parts.Min, parts.Max));
        Assert.Equal(kept.Average(v => (double)v), whole.Mean, 12);
        Assert.Equal(whole.Variance, parts.Variance, 12);
        Assert.Equal(whole.Skewness, parts.Skewness, 10);
        Assert.Equal(whole.Kurtosis, parts.Kurtosis, 10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1025)]
    [InlineData(100_001)]
    public void Moments_of_bytes_are_those_of_the_formulas_without_sentinels(int count)
    {
        byte[] bytes = [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7919 % 251))];
        Moments all = new();
        all.Add(DType.UInt8, bytes, [0, 7, 7.5, -1, 300, double.NaN]);
        double[] kept = [.. bytes.Where(b => b is not (0 or 7)).Select(b => (double)b)];
        Assert.Equal((kept.Length, count - kept.Length), (all.Count, all.Skipped));
        if (kept.Length == 0)
            return;
        double mu = kept.Average(), m2 = kept.Average(x => Math.Pow(x - mu, 2));
        Assert.Equal((kept.Min(), kept.Max(), mu), (all.Min, all.Max, all.Mean));
        Assert.Equal(m2, all.Variance, 1e-9);
        if (m2 > 0)
            Assert.Equal(kept.Average(x => Math.Pow(x - mu, 3)) / Math.Pow(m2, 1.5), all.Skewness, 1e-9);
        if (m2 > 0)
            Assert.Equal((kept.Average(x => Math.Pow(x - mu, 4)) / (m2 * m2)) - 3, all.Kurtosis, 1e-9);
    }

    [Theory] // ids of sixteen digits, close together: the last bit of their mean is 1 or 2
    [InlineData(9_007_199_254_740_992, 2)]
    [InlineData(4_611_686_018_427_387_904, 1024)]
    [InlineData(-1_234_567_890_123_456, 1)]
    public void Moments_of_long_ids_equal_exact_fractions(long first, long step)
    {
        const string exact = """
            import sys
            from fractions import Fraction as F
            first, step, n = map(int, sys.argv[1:])
            x = [F(int(float(first + step * (i * 7919 % 4001)))) for i in range(n)]
            mean = sum(x) / n
            m2, m3, m4 = (sum((v - mean) ** k for v in x) / n for k in (2, 3, 4))
            print(repr(float(mean)), repr(float(m2)), repr(float(m3) / float(m2) ** 1.5), repr(float(m4 / m2 ** 2) - 3))
            """;
        const int count = 3500;
        double[] expected = [.. Python.Run(exact, $"{first}", $"{step}", $"{count}").Split(' ')
            .Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        long[] ids = [.. Enumerable.Range(0, count).Select(i => first + (step * (i * 7919 % 4001)))];
        for (int cut = 1; cut <= count; cut = (cut * 7) + 1)
        {
            Moments all = new();
            for (int at = 0; at < count; at += cut)
            {
                Moments part = new();
                part.Add(DType.Int64, MemoryMarshal.AsBytes<long>(ids.AsSpan(at, Math.Min(cut, count - at))));
                all.Add(part);
            }
            Assert.Equal(expected[0], all.Mean);
            Assert.Equal(1, all.Variance / expected[1], 1e-13);
            Assert.Equal(expected[2], all.Skewness, 1e-12);
            Assert.Equal(expected[3], all.Kurtosis, 1e-12);
        }
    }

    [Fact]
    public void The_mean_of_numbers_whose_sum_overflows_is_finite_however_they_are_divided()
    {
        const string exact = """
            from fractions import Fraction as F
            x = [1.5e308] * 1500 + [-1e308] * 2001
            print(repr(float(sum(map(F, x)) / len(x))))
            """;
        double[] values = [.. Enumerable.Repeat(1.5e308, 1500), .. Enumerable.Repeat(-1e308, 2001)];
        double expected = double.Parse(Python.Run(exact), CultureInfo.InvariantCulture);
        for (int cut = 1; cut <= 2 * values.Length; cut = (cut * 3) + 1)
        {
            Moments all = new();
            for (int at = 0; at < values.Length; at += cut)
            {
                Moments part = new();
                part.Add(DType.Float64, MemoryMarshal.AsBytes<double>(values.AsSpan(at, Math.Min(cut, values.Length - at))));
                all.Add(part);
            }
            Assert.Equal(1, all.Mean / expected, 1e-12);
            Assert.False(double.IsFinite(all.Variance)); // 10⁶¹⁶
        }
    }

    [Fact]
    public void Extremes_of_integers_are_exact_and_leave_sentinels_out()
    {
        long[] ids = [.. Enumerable.Range(0, 1003).Select(i => 9_007_199_254_740_993 + (2L * (i * 7919 % 1003)))];
        Assert.Equal(("9007199254740993", "9007199254742997"), Extremes([]));
        ids[500] = -99;
        Assert.Equal(("-99", "9007199254742997"), Extremes([]));
        Assert.Equal(("9007199254740993", "9007199254742997"), Extremes([-99]));

        (string?, string?) Extremes(double[] sentinels)
        {
            ColumnStatisticsBuilder builder = new(new ColumnSchema { Name = "id", DType = DType.Int64, Sentinels = [.. sentinels] });
            builder.Add(DType.Int64, MemoryMarshal.AsBytes<long>(ids));
            ColumnStatistics found = builder.Finish();
            return (found.MinText, found.MaxText);
        }
    }
}
