using System.Globalization;
using System.Text.Json;
using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using Pile.Writing;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Conditions on a side that is a dataset select the rows that pandas selects, with the query engine and without it.</summary>
public sealed class ComparedRowsTests
{
    private const int Rows = 1000;

    [Fact]
    public async Task Comparisons_select_the_rows_of_pandas()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        Random random = new(5);
        double[] x = [.. Enumerable.Range(0, Rows).Select(i => i % 7 == 0 ? double.NaN : i % 11 == 0 ? 2 : random.NextDouble() * 4)];
        double?[] y = [.. Enumerable.Range(0, Rows).Select(i => i % 5 == 0 ? null : i % 13 == 0 ? double.NegativeInfinity
            : (double?)(random.NextDouble() * 4))];
        MemorySide side = new([.. Enumerable.Range(0, Rows).Select(i => i * 0.36)],
            [.. Enumerable.Range(0, Rows).Select(i => Math.Asin((2 * random.NextDouble()) - 1) * 180 / Math.PI)],
            Column("x", x), new ColumnData<double>(new ColumnSchema { Name = "y", DType = DType.Float64, Nullable = true },
                y.Select(v => v ?? 0).ToArray(), y.Select(v => v is null).ToArray()),
            new ColumnData<float>(new ColumnSchema { Name = "f", DType = DType.Float32 }, x.Select(v => (float)v).ToArray()));
        // Tiles of few rows, whose ends are within the words of a set of rows.
        await using Dataset dataset = await side.ToDatasetAsync(folder["d"], new WriterSettings { Workers = 2, MaxTileRows = 45 }, cancel);
        Assert.True(Directory.GetFiles(folder["d/main/index"], "*.parquet", SearchOption.AllDirectories).Length > 20);
        string[] conditions = ["x > 2", "x >= 2", "x < 2", "x <= 2 AND y > 1.5", "x - y < 0.25", "x + y >= 4.5 and x > -1",
            "y < -1e300", "y < 9",
            "x > 2.000000000000000001", "ra > 180 AND dec <= 0", "x > 100", "f > 2", "X > 2", "x > 2 OR y > 2", "NOT (x > 2)", "x = 2"];
        string[] expected = Python.Run("""
            import json, sys
            import numpy as np, pandas as pd
            t = pd.DataFrame(json.loads(sys.argv[1]), dtype='float64')
            t.columns = ['x', 'y', 'ra', 'dec']
            t['y'] = t['y'].where(t['y'] != -999, -np.inf)
            for condition in json.loads(sys.argv[2]):
                known = t['y'].notna() if 'y' in condition else True  # SQL: an unknown value meets no condition
                c = condition.replace('AND', 'and').replace('OR', 'or').replace('NOT', 'not').replace('X', 'x').replace('f', 'x')
                rows = t.eval(c if c != 'x = 2' else 'x == 2')
                if ' or ' not in c:
                    rows &= known
                print(' '.join(str(i) for i in np.flatnonzero(rows)))
            """, JsonSerializer.Serialize(Enumerable.Range(0, Rows).Select(i => new double?[]
            {
                double.IsNaN(x[i]) ? null : x[i], y[i] is double.NegativeInfinity ? -999 : y[i], side.RaDeg[i], side.DecDeg[i],
            })), JsonSerializer.Serialize(conditions)).Split('\n');
        for (int i = 0; i < conditions.Length; i++)
        {
            using MatchTable match = await CrossMatcher.MatchAsync(new DatasetSide(dataset, dataset.Query().Where(conditions[i])),
                new DatasetSide(dataset), new() { RadiusArcsec = 0.001, Workers = 3 }, cancel);
            string ids = string.Join(' ', (await SelfMatchTests.RowsOf(match)).Select(p => p.A).Order()
                .Select(id => id.ToString(CultureInfo.InvariantCulture)));
            Assert.True(expected[i] == ids, $"{conditions[i]}: expected {expected[i]}, found {ids}");
        }
    }

    private static ColumnData<double> Column(string name, double[] values) =>
        new(new ColumnSchema { Name = name, DType = DType.Float64 }, values, values.Length);
}
