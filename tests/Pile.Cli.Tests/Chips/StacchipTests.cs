using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary><c>pile export --format stacchip</c>: read by DuckDB, and compared with shapely, numpy and rasterio.</summary>
public sealed class StacchipTests(ChipDatasets chips) : IDisposable
{
    private const string Check = """
        import sys
        from datetime import date
        import numpy as np, rasterio, shapely.wkb
        from rasterio.warp import transform
        from rasterio.windows import Window
        from shapely.geometry import Polygon
        dates = {'a1': date(2020, 7, 14), 'a2': date(2021, 1, 2), 'b': date(2019, 12, 31)}
        count = 0
        for line in open(sys.argv[2]):
            name, item, day, x, y, cloud, nodata, wkb = line.rstrip('\n').split('\t')
            assert name == f'{item}_32_{x}_{y}' and day == dates[item].isoformat() and cloud == '', line
            window = Window(int(x) * 32, int(y) * 32, 32, 32)
            with rasterio.open(f'{sys.argv[1]}/{item}/{"ndvi" if item == "b" else "red"}.tif') as raster:
                corners = [raster.window_transform(window) * c for c in ((0, 0), (0, 32), (32, 32), (32, 0))]
                expected = Polygon(list(zip(*transform(raster.crs, 'EPSG:4326', *zip(*corners)))))
                share = np.mean(raster.read(1, window=window) == 0)
            found = shapely.wkb.loads(wkb, hex=True)
            assert found.symmetric_difference(expected).area < 1e-5 * expected.area, name
            assert nodata == '' if len(sys.argv) < 4 else abs(float(nodata) - share) < 1e-6, (nodata, share)
            count += 1
        print(count)
        """;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Rows_are_those_of_the_index_in_GeoParquet()
    {
        Assert.Equal("22\n", Compare(chips["all"]));
        File.WriteAllText(folder["r.yaml"], $$"""
            pile: 1
            name: masked
            modality: chip
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: l
            citation: c
            source:
              kind: stac-chips
              items: "{{chips["a1/item.json"]}}"
              chip: { size: 32 }
              stats: { mask: { band: red, nodata: 0 } }
            """);
        ProgramResult built = PileProgram.Run("build", folder["r.yaml"], "--out", folder["masked"]);
        Assert.Equal((0, ""), (built.ExitCode, built.ExitCode == 0 ? "" : built.Error));
        Assert.Equal("12\n", Compare(folder["masked"], "nodata"));
    }

    public void Dispose() => folder.Dispose();

    private string Compare(string dataset, params string[] options)
    {
        ProgramResult result = PileProgram.Run("export", dataset, "--format", "stacchip", "--out", folder["index"], "--replace");
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
        using DuckDbConnection connection = database.Connect();
        string file = $"read_parquet({DuckDbSql.Literal(folder["index/index.parquet"])})";
        connection.Execute($"COPY (SELECT chipid, item, date, chip_index_x, chip_index_y, cloud_cover_percentage, nodata_percentage, "
            + $"hex(geometry) FROM {file}) TO {DuckDbSql.Literal(folder["rows.tsv"])} (FORMAT csv, DELIMITER '\t', HEADER false)");
        connection.Execute("SET enable_geoparquet_conversion = true");
        using DuckDbResult type = connection.Query($"SELECT DISTINCT typeof(geometry)[:8] || typeof(date) FROM {file}");
        Assert.True(type.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal("GEOMETRYDATE", chunk[0].Text(0));
        return Python.Run(Check, [chips["."], folder["rows.tsv"], .. options]).ReplaceLineEndings("\n");
    }
}
