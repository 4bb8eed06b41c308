using Pile.Format;
using Pile.Publishing;
using Pile.Rasters;
using Pile.Reading;
using Pile.Review;
using Pile.Storage;
using Pile.TestKit;
using Pile.Writing;

namespace Pile.Tests;

/// <summary>Columns of windows of rasters, against rasterio.</summary>
public sealed class WindowColumnTests : IDisposable
{
    // Column and row in the grid of 10 m pixels, of which the raster has 300 × 200; the last two exceed it.
    private static readonly (int Column, int Row)[] Corners = [(0, 0), (64, 32), (236, 136), (100, 0), (280, 160), (-32, 184)];

    private const int Size = 64;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Values_are_the_windows_that_rasterio_reads(bool hasLayouts)
    {
        ushort[] expected = MakeRasters();
        await WriteAsync(hasLayouts);
        await using Dataset dataset = await Dataset.OpenAsync(folder["d"], Options, Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().OrderBy("object_id"), cancellationToken: Token);
        Assert.Equal(Corners.Length, rows.Count);
        for (int row = 0; row < rows.Count; row++)
        {
            RowValues<ushort> value = rows.Read<ushort>(row, "chip_array")!.Value;
            Assert.Equal([1, 3, Size, Size], value.Shape);
            Assert.Equal(Expected(expected, row), value.Values.ToArray());
            Assert.False(rows.Column("chip_array").IsVerified(row));
        }
        int[] order = [3, 0, 5, 1, 1, 4, 2];
        int next = 0;
        await foreach (RowBatch batch in rows.ReadAsync(order, 3, Token))
            for (int i = 0; i < batch.RowCount; i++, next++)
                Assert.Equal(Expected(expected, order[next]), ((ColumnData<ushort>)batch["chip_array"]).Row(i).ToArray());
        Assert.Equal(order.Length, next);
        ushort[] part = new ushort[2 * 3];
        await rows.Column<ushort>("chip_array").ReadWindowAsync(1, [0, 2, 5, 7], [1, 1, 2, 3], part, Token);
        ushort[] whole = Expected(expected, 1);
        int first = (2 * Size * Size) + (5 * Size) + 7;
        Assert.Equal([.. whole.AsSpan(first, 3), .. whole.AsSpan(first + Size, 3)], part);
    }

    [Fact]
    public async Task A_changed_a_cut_and_a_missing_raster_are_named()
    {
        MakeRasters();
        await WriteAsync(hasLayouts: true);
        Assert.Null(await ErrorAsync());
        string path = folder["rasters/fine.tif"];
        byte[] bytes = File.ReadAllBytes(path);
        DateTime written = File.GetLastWriteTimeUtc(path);
        File.SetLastWriteTimeUtc(path, written.AddSeconds(5));
        Assert.Contains("mount://here/fine.tif", await ErrorAsync(), StringComparison.Ordinal);
        File.WriteAllBytes(path, bytes[..^100]);
        File.SetLastWriteTimeUtc(path, written);
        Assert.Contains("mount://here/fine.tif", await ErrorAsync(), StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains("mount://here/fine.tif", await ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_outside_its_raster_is_an_error_and_not_nodata()
    {
        string samples = Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1");
        foreach (string sample in (string[])["valid/window", "invalid/G002-outside"])
            foreach (string file in Directory.EnumerateFiles(Path.Combine(samples, sample), "*", SearchOption.AllDirectories))
            {
                string target = Path.Combine(folder["d"], Path.GetRelativePath(Path.Combine(samples, sample), file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }
        Assert.Contains("is outside the raster of 12 × 8 pixels", await ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Materialized_windows_are_stored_with_the_same_pixels()
    {
        ushort[] expected = MakeRasters();
        await WriteAsync(hasLayouts: true);
        ValidationReport report = await DatasetValidator.ValidateAsync(folder["d"],
            new() { Deep = true, Mounts = Options.Mounts }, Token);
        Assert.True(report.IsValid, string.Join('\n', report.Findings));
        await DatasetCopy.RunAsync(folder["d"], folder["copy"], new CopyOptions { Materialize = true, Mounts = Options.Mounts }, Token);
        Directory.Delete(folder["rasters"], recursive: true);
        Assert.Empty((await DatasetValidator.ValidateAsync(folder["copy"], new() { Deep = true }, Token)).Findings);
        await using Dataset copy = await Dataset.OpenAsync(folder["copy"], cancellationToken: Token);
        RowReader rows = await copy.OpenRowsAsync(copy.Query().OrderBy("object_id"), cancellationToken: Token);
        for (int row = 0; row < rows.Count; row++)
            Assert.Equal(Expected(expected, row), rows.Read<ushort>(row, "chip_array")!.Value.Values.ToArray());
    }

    private DatasetOptions Options => new() { Mounts = new Dictionary<string, string> { ["mount://here"] = folder["rasters"] } };

    private static ushort[] Expected(ushort[] all, int row) => all.AsSpan(row * 3 * Size * Size, 3 * Size * Size).ToArray();

    /// <summary>Makes a raster of two bands of 10 m and one of 20 m, and returns what rasterio reads at the corners.</summary>
    private ushort[] MakeRasters()
    {
        Directory.CreateDirectory(folder["rasters"]);
        Python.Run("""
            import sys, numpy as np, rasterio
            from rasterio.windows import Window
            folder, corners = sys.argv[1], [tuple(map(int, c.split(","))) for c in sys.argv[3:]]
            random = np.random.default_rng(1)
            def write(name, count, height, width, nodata, **options):
                with rasterio.open(f"{folder}/{name}.tif", "w", driver="GTiff", dtype="uint16", count=count, height=height, width=width,
                                   crs="EPSG:32628", nodata=nodata, compress="deflate", predictor=2, tiled=True, blockxsize=128,
                                   blockysize=128, transform=(300 * 1000 / width * .01, 0, 3e5, 0, -3, 2e6), **options) as file:
                    file.write(random.integers(0, 5000, (count, height, width), dtype="uint16"))
            write("fine", 2, 200, 300, 65535)
            write("coarse", 1, 100, 150, 0)
            size, values = 64, []
            with rasterio.open(f"{folder}/fine.tif") as fine, rasterio.open(f"{folder}/coarse.tif") as coarse:
                for column, row in corners:
                    values.append(fine.read([2, 1], window=Window(column, row, size, size), boundless=True, fill_value=65535))
                    part = coarse.read(1, window=Window(column // 2, row // 2, size // 2, size // 2), boundless=True, fill_value=0)
                    values.append(part.repeat(2, axis=0).repeat(2, axis=1)[None])
            np.concatenate(values).astype("<u2").tofile(sys.argv[2])
            """, [folder["rasters"], folder["expected.bin"], .. Corners.Select(c => $"{c.Column},{c.Row}")]);
        byte[] bytes = File.ReadAllBytes(folder["expected.bin"]);
        ushort[] values = new ushort[bytes.Length / 2];
        Buffer.BlockCopy(bytes, 0, values, 0, bytes.Length);
        return values;
    }

    private async Task WriteAsync(bool hasLayouts)
    {
        ReferencedFile fine = await DescribeAsync("fine.tif", hasLayouts), coarse = await DescribeAsync("coarse.tif", hasLayouts);
        Modality chip = Modality.Get("chip", PositionFrame.Wgs84);
        int count = Corners.Length;
        await using DatasetWriter writer = DatasetWriter.Create(folder["d"], new DatasetSpec
        {
            Name = "chips",
            Modality = "chip",
            Frame = PositionFrame.Wgs84,
            HasShards = false,
            Provenance = new()
            {
                Project = "p",
                Survey = "s",
                Instrument = "i",
                Release = "r",
                Licence = "l",
                Citation = "c",
                Builder = "b",
                BuilderVersion = "1"
            },
        }, new WriterSettings());
        using (UnitSpill unit = writer.BeginUnit("unit", []))
        {
            unit.Append(new RowBatch([
                new ColumnData<long>(chip.Column("object_id", DType.Int64, []), Enumerable.Range(0, count).Select(i => (long)i).ToArray()),
                new ColumnData<double>(chip.Column("lon", DType.Float64, []), Corners.Select((_, i) => -16.0 + i).ToArray()),
                new ColumnData<double>(chip.Column("lat", DType.Float64, []), Corners.Select(_ => 20.0).ToArray()),
                TextColumnData.From(chip.Column("chip_band", DType.String, [3]),
                    [.. Corners.SelectMany(_ => (string[])["red", "green", "swir"])]),
                new ColumnData<int>(chip.Column("chip_x", DType.Int32, []), Corners.Select(c => c.Column / Size).ToArray()),
                new ColumnData<int>(chip.Column("chip_y", DType.Int32, []), Corners.Select(c => c.Row / Size).ToArray()),
                new ColumnData<int>(chip.Column("chip_size", DType.Int32, []), Corners.Select(_ => Size).ToArray()),
                TextColumnData.From(chip.Column("item", DType.String, []), [.. Corners.Select(_ => "scene")]),
                new WindowColumnData(
                    chip.Column("chip_array", DType.UInt16, [1, 3, Size, Size]) with { Storage = ColumnStorage.Window }, count,
                    [.. Corners.SelectMany(_ => (int[])[1, 3, Size, Size])])
                {
                    BandCount = 3,
                    Sources = [fine, coarse],
                    Files = [.. Corners.SelectMany(_ => (int[])[0, 0, 1])],
                    Bands = [.. Corners.SelectMany(_ => (int[])[1, 0, 0])],
                    Factors = [.. Corners.SelectMany(_ => (int[])[1, 1, 2])],
                    Windows = [.. Corners.SelectMany(c => (int[])[c.Column, c.Row, Size, Size])],
                }]));
            unit.Complete();
        }
        await writer.CommitAsync(Token);
    }

    private async Task<ReferencedFile> DescribeAsync(string name, bool hasLayout)
    {
        LocalFolder rasters = new(folder["rasters"]);
        FileInfo info = new(folder[$"rasters/{name}"]);
        ReferencedFile file = new($"mount://here/{name}", info.Length)
        {
            ModifiedMicros = (info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        };
        using RasterPool pool = new();
        IRasterSource source = await new TiffDriver().OpenAsync(new RasterUnit { Store = rasters, Path = name }, pool, Token);
        return hasLayout ? RasterLayoutJson.AddTo(source.Layout, file) : file;
    }

    private async Task<string?> ErrorAsync()
    {
        await using Dataset dataset = await Dataset.OpenAsync(folder["d"], Options, Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query(), cancellationToken: Token);
        try
        {
            await foreach (RowBatch _ in rows.ReadAllAsync(cancellationToken: Token))
            {
            }
            return null;
        }
        catch (SourceUnreadableException e)
        {
            return e.Message;
        }
    }
}
