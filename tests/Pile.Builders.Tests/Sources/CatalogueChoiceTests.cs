using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>The keys <c>rename</c>, <c>join</c> and <c>filter</c> of catalogues and of measurements, compared with pandas.</summary>
public class CatalogueChoiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private const string MakeCurves = """
        import sys, numpy as np, pandas as pd
        rng = np.random.default_rng(8)
        n = 400
        t = pd.DataFrame({'star': np.sort(rng.integers(0, 12, n)), 'day': rng.uniform(5e4, 6e4, n), 'f': rng.normal(size=n),
            'field': rng.integers(0, 5, n), 'bad': rng.integers(0, 3, n)})
        t.loc[t.bad == 2, 'field'] = -1
        t.to_csv('t.csv', index=False)
        pd.DataFrame({'id': [0, 1, 2, 3, 4], 'filter': ['g', 'r', 'g', 'i', 'r']}).to_csv('fields.csv', index=False)
        c = pd.DataFrame({'star': range(12), 'ra': np.arange(12) * 2., 'dec': np.arange(12) - 6., 'mag': np.arange(12) / 2})
        c.to_csv('c.csv', index=False)
        pd.DataFrame({'name': [f's{i}' for i in range(11)], 'star': range(11)}).to_csv('names.csv', index=False)
        """;

    private const string CompareCurves = """
        import sys, json, pandas as pd
        t = pd.read_csv('t.csv', float_precision='round_trip').merge(pd.read_csv('fields.csv'), left_on='field', right_on='id')
        t = t[t.bad == 0]
        stars = pd.read_csv('c.csv').merge(pd.read_csv('names.csv'), on='star', how='left')
        stars = stars[stars.mag > 1].set_index('star')
        rows = json.loads(sys.argv[1])
        assert [r['id'] for r in rows] == [s for s in sorted(t.star.unique()) if s in stars.index], rows
        for r in rows:
            star = r['id']
            assert (r['ra'], r['m']) == (stars.ra[star], stars.mag[star])
            assert r['name'] == (None if star == 11 else stars.name[star])
            mine = t[t.star == star].sort_values('day')
            assert sorted(r['bands']) == sorted(mine['filter'].unique())
            width = len(r['time']) // len(r['bands'])
            for band, name in enumerate(r['bands']):
                of, place = mine[mine['filter'] == name], slice(band * width, band * width + r['lengths'][band])
                assert r['time'][place] == of.day.tolist() and r['flux'][place] == of.f.tolist(), (star, name)
        print('agrees', len(t))
        """;

    [Fact]
    public async Task Measurements_and_their_catalogue_are_joined_and_filtered_as_by_pandas()
    {
        using TemporaryFolder folder = new();
        Python.Run(MakeCurves.Insert(0, $"import os; os.chdir('{folder.Path}')\n"));
        List<string> messages = [];
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("""
            kind: lightcurve-table
            files: t.csv
            id: star
            time: { column: mjd, scale: TDB, zero_mjd: mjd }
            flux: f
            flux_unit: Jy
            band: filter
            rename: { day: mjd }
            join: { file: fields.csv, on: { field: id } }
            filter: bad = 0
            catalogue:
              file: c.csv
              id: star
              rename: { mag: m }
              join: { file: names.csv, on: star }
              filter: m > 1
            """, folder.Path, messages.Add).ReadAllAsync(Token));
        string curves = JsonSerializer.Serialize(Enumerable.Range(0, rows.RowCount).Select(i => new
        {
            id = rows.Values<long>("object_id")[i],
            ra = rows.Values<double>("ra")[i],
            m = rows.Values<double>("m")[i],
            name = rows["name"].IsNullAt(i) ? null : ((TextColumnData)rows["name"]).Text(i),
            bands = Enumerable.Range(0, ((TextColumnData)rows["lightcurve_band"]).ElementsOf(i))
                .Select(band => ((TextColumnData)rows["lightcurve_band"]).Text(i, band)),
            lengths = ((ColumnData<int>)rows["lightcurve_length"]).Row(i).ToArray(),
            time = ((ColumnData<double>)rows["lightcurve_time"]).Row(i).ToArray(),
            flux = ((ColumnData<double>)rows["lightcurve_flux"]).Row(i).ToArray(),
        }));
        string[] words = Python.Run($"import os; os.chdir('{folder.Path}')\n" + CompareCurves, curves).Trim().Split(' ');
        Assert.Equal("agrees", words[0]);
        Assert.Contains(messages, m => m.EndsWith($"{words[1]} of 400 rows meet the filter.", StringComparison.Ordinal));
        Assert.Contains(messages, m => m.EndsWith("9 of 12 rows meet the filter.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Objects_of_cut_outs_are_joined_and_filtered_and_keep_their_row_numbers()
    {
        using TemporaryFolder folder = Cutouts.Decam(
            "ra,dec,m,key\n244.7797,12.0724,1,a\n10,10,2,b\n,,3,c\n244.7790,12.0730,4,b\n244.7803,12.0718,5,d\n");
        await File.WriteAllTextAsync(folder["z.csv"], "k,z\nb,0.5\nd,1.5\n", Token);
        List<SkippedRow> skipped = [];
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("""
            kind: fits-cutout
            catalogue: targets.csv
            size: 9
            join: { file: z.csv, on: { key: k } }
            filter: z > 0.2

            """ + Cutouts.DecamBands, folder.Path, onSkip: skipped.Add, skipBadRows: true).ReadAllAsync(Token));
        Assert.Equal([3L, 4], rows.Values<long>("object_id").ToArray());
        Assert.Equal([0.5, 1.5], rows.Values<double>("z").ToArray());
        SkippedRow only = Assert.Single(skipped); // row 1 is outside of the images; row 2, without a position, does not meet the filter
        Assert.Equal((1L, "no image of any band contains the object's position"), (only.Row, only.Reason));
    }
}
