using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>The nodata, scales and offsets of chips: those of the document, otherwise those of the file.</summary>
public sealed class ChipNodataTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_document_does_not_say_is_read_from_the_file()
    {
        Python.Run(ChipFiles.Scaled, folder.Path);
        BuilderRun run = BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 64 }\n"
            + "stats: { mask: { band: a, nodata: -9999.9 } }", folder.Path);
        RowBatch rows = Assert.Single(await run.ReadAllAsync(Token));
        Assert.Equal([0.1, -5], [rows.Values<double>("chip_scale")[0], rows.Values<double>("chip_offset")[0]]);
        Assert.Equal([0.5f, 0.5f, 0, 0], rows.Values<float>("nodata_fraction").ToArray().OrderDescending());
        string[] notes = [.. ((INotingBuilder)run.Builder).Notes.Order(StringComparer.Ordinal)];
        Assert.Equal(2, notes.Length); // of the pixels, and of 'stats'
        Assert.Contains("the asset 'a' is read with the first of its 2 bands alone", notes[1], StringComparison.Ordinal);
        Assert.Contains("'stats'", notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_nodata_of_the_document_precedes_that_of_the_file_and_pads_chips()
    {
        Python.Run(ChipFiles.Scaled, folder.Path);
        Python.Run("""
            import json, sys
            path = sys.argv[1] + '/item.json'
            item = json.load(open(path))
            item['assets']['a']['raster:bands'] = [{'nodata': -1}, {}]
            json.dump(item, open(path, 'w'))
            """, folder.Path);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 64, edge: pad }",
            folder.Path).ReadAllAsync(Token));
        Assert.Equal([-1, (double)-9999.9f], ((ColumnData<double>)rows["chip_nodata"]).Row(0).ToArray());
        Assert.Contains("\"nodata\":-1,", Assert.Single(((WindowColumnData)rows["chip_array"]).Sources).Raster, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pixels_that_an_internal_mask_hides_have_no_data()
    {
        Python.Run(ChipFiles.Scaled, folder.Path);
        Python.Run("""
            import sys
            import numpy as np, rasterio
            with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
                with rasterio.open(sys.argv[1] + '/a.tif', 'r+') as file:
                    file.nodata = None
                    mask = np.full((128, 128), 255, 'u1'); mask[:, :16] = 0
                    file.write_mask(mask)
                    assert (file.dataset_mask()[:64, :64] == 0).mean() == 0.25
            """, folder.Path);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 64 }\nbands: [a]\n"
            + "stats: { mask: { band: a } }", folder.Path).ReadAllAsync(Token));
        Assert.Equal([0.25f, 0.25f, 0, 0], rows.Values<float>("nodata_fraction").ToArray().OrderDescending());
    }

    [Fact]
    public async Task Statistics_use_the_nodata_of_the_document_and_reject_a_file_of_another_size()
    {
        Python.Run(ChipFiles.Scaled, folder.Path);
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            from rasterio.transform import from_origin
            folder = sys.argv[1]
            for name, size in (('m', 128), ('s', 64)):
                pixels = np.ones((1, size, size), 'u1'); pixels[:, :32] = 0
                with rasterio.open(f'{folder}/{name}.tif', 'w', driver='GTiff', width=size, height=size, count=1, dtype='uint8',
                        crs='EPSG:32633', transform=from_origin(500000, 5300000, 10, 10)) as file:
                    file.write(pixels)
            item = json.load(open(folder + '/item.json'))
            for name in 'ms':
                item['assets'][name] = {'href': f'./{name}.tif', 'type': 'image/tiff; application=geotiff',
                                        'raster:bands': [{'nodata': 0, 'data_type': 'uint8'}]}
            json.dump(item, open(folder + '/item.json', 'w'))
            """, folder.Path);
        const string Recipe = "kind: stac-chips\nitems: item.json\nchip: { size: 64 }\nbands: [a]\nstats: { mask: { band: ";
        RowBatch rows = Assert.Single(await BuilderRuns.Builder(Recipe + "m } }", folder.Path).ReadAllAsync(Token));
        Assert.Equal([0.5f, 0.5f, 0, 0], rows.Values<float>("nodata_fraction").ToArray().OrderDescending());
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => BuilderRuns.Builder(Recipe + "s } }", folder.Path)
            .ReadAllAsync(Token));
        Assert.Contains("its file has 64 rows and 64 columns, which do not cover the 128 × 128 pixels of 'a'", refused.Message,
            StringComparison.Ordinal);
        Exception wrong = await Assert.ThrowsAnyAsync<Exception>(() => BuilderRuns.Builder(Recipe + "m, nodata: 256 } }", folder.Path)
            .ReadAllAsync(Token));
        Assert.Contains("no pixel of uint8 can have the nodata 256", wrong.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
