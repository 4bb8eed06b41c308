using Pile.Earth;
using Pile.Format;
using Pile.Proj;
using Pile.Storage;

namespace Pile.Rasters.Tests;

/// <summary>Compares what the reader returns for a file with what rasterio returns.</summary>
internal static class RasterComparison
{
    internal static async Task<IRasterSource> OpenAsync(string path, RasterPool pool) => await new TiffDriver().OpenAsync(new RasterUnit
    {
        Store = FileStore.For(Path.GetDirectoryName(path)!),
        Path = Path.GetFileName(path),
    }, pool, TestContext.Current.CancellationToken);

    /// <summary>Returns the differences of layout, pixels and validity, of the whole and of random windows.</summary>
    internal static async Task<List<string>> DifferencesAsync(RasterFacts facts, RasterPool pool, Random random, int windows)
    {
        List<string> found = [];
        IRasterSource source = await OpenAsync(facts.Path, pool);
        RasterLayout layout = source.Layout;
        Layout(facts, layout, (what, expected, actual) =>
        {
            if (!Equals(expected, actual))
                found.Add($"{facts.Name}: {what} is {actual}; rasterio has {expected}");
        });
        int elementBytes = layout.DType.ElementBytes();
        for (int level = 0; level < Math.Min(facts.Levels.Length, layout.Levels.Count); level++)
        {
            RasterFactsLevel expected = facts.Levels[level];
            byte[] pixels = expected.Pixels();
            byte[]? mask = expected.Mask();
            int[] all = [.. Enumerable.Range(0, facts.Bands)];
            for (int i = 0; i <= windows; i++)
            {
                RasterRequest request = i is 0 ? new(level, all, 0, 0, expected.Width, expected.Height)
                    : Window(level, facts.Bands, expected.Width, expected.Height, random);
                byte[] actual = new byte[request.Pixels * elementBytes], valid = new byte[request.Pixels];
                await source.ReadAsync(request, actual, TestContext.Current.CancellationToken);
                byte[] window = Cut(pixels, request, expected.Width, expected.Height, elementBytes);
                if (!actual.AsSpan().SequenceEqual(window))
                    found.Add($"{facts.Name}: {Describe(request)}: differs from byte {actual.AsSpan().CommonPrefixLength(window)} on");
                await source.ReadValidAsync(request, valid, TestContext.Current.CancellationToken);
                if (!valid.AsSpan().SequenceEqual(Valid(layout, request, window, mask, expected)))
                    found.Add($"{facts.Name}: validity of {Describe(request)} differs");
                byte[] both = new byte[actual.Length], validBoth = new byte[valid.Length];
                await RasterBatch.ReadAsync(pool, new[] { new RasterRead(source, request, both, validBoth) },
                    TestContext.Current.CancellationToken);
                if (!both.AsSpan().SequenceEqual(actual) || !validBoth.AsSpan().SequenceEqual(valid))
                    found.Add($"{facts.Name}: {Describe(request)}: pixels and validity in one read differ from two reads");
            }
        }
        return found;
    }

    /// <summary>A random window, often at an edge or of one pixel, of random bands in any order.</summary>
    internal static RasterRequest Window(int level, int bands, int width, int height, Random random)
    {
        int[] wanted = [.. Enumerable.Range(0, random.Next(1, bands + 1)).Select(_ => random.Next(bands))];
        (int column, int w) = Range(width);
        (int row, int h) = Range(height);
        return new RasterRequest(level, wanted, column, row, w, h);

        (int First, int Count) Range(int size) => random.Next(4) switch
        {
            0 => (0, random.Next(1, size + 1)),
            1 when random.Next(1, size + 1) is var count => (size - count, count),
            2 => (random.Next(size), 1),
            _ when random.Next(size) is var first => (first, random.Next(1, size - first + 1)),
            _ => (0, size),
        };
    }

    /// <summary>Cuts a window out of all pixels.</summary>
    internal static byte[] Cut(byte[] pixels, RasterRequest request, int width, int height, int elementBytes)
    {
        byte[] window = new byte[request.Pixels * elementBytes];
        int to = 0;
        foreach (int band in request.Bands.Span)
            for (int y = 0; y < request.Height; y++, to += request.Width * elementBytes)
                pixels.AsSpan(((((band * height) + request.Row + y) * width) + request.Column) * elementBytes, request.Width * elementBytes)
                    .CopyTo(window.AsSpan(to));
        return window;
    }

    internal static string Describe(RasterRequest r) =>
        $"level {r.Level}, bands {string.Join('+', r.Bands.ToArray())}, {r.Width} × {r.Height} at ({r.Column}, {r.Row})";

    /// <summary>The rule: the mask of rasterio, and neither nodata nor NaN.</summary>
    private static byte[] Valid(RasterLayout layout, RasterRequest request, byte[] window, byte[]? mask, RasterFactsLevel level)
    {
        byte[] valid = new byte[request.Pixels];
        int plane = request.Width * request.Height, elementBytes = layout.DType.ElementBytes();
        for (int i = 0; i < valid.Length; i++)
        {
            (int y, int x) = Math.DivRem(i % plane, request.Width);
            double value = Value(layout.DType, window, i * elementBytes);
            double? nodata = layout.Bands[request.Bands.Span[i / plane]].Nodata;
            if (layout.DType is DType.Float32 && nodata is { } wide)
                nodata = (float)wide;
            bool isValid = !double.IsNaN(value) && value != nodata
                && (mask is null || mask[((request.Row + y) * level.Width) + request.Column + x] is not 0);
            valid[i] = isValid ? (byte)1 : (byte)0;
        }
        return valid;
    }

    // In 1e-9 degrees, of a pixel that is not on an axis.
    private static (double Lon, double Lat) PlaceOf(string crs, Affine pixels)
    {
        using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse(crs));
        (double x, double y) = pixels.Apply(3, 7);
        (double[] lon, double[] lat) = ([x], [y]);
        return transform.Forward(lon, lat) == 0 ? (Math.Round(lon[0], 9), Math.Round(lat[0], 9)) : (double.NaN, double.NaN);
    }

    private static double Value(DType type, byte[] bytes, int at) => type switch
    {
        DType.Int8 => (sbyte)bytes[at],
        DType.UInt8 => bytes[at],
        DType.Int16 => BitConverter.ToInt16(bytes, at),
        DType.UInt16 => BitConverter.ToUInt16(bytes, at),
        DType.Int32 => BitConverter.ToInt32(bytes, at),
        DType.UInt32 => BitConverter.ToUInt32(bytes, at),
        DType.Float32 => BitConverter.ToSingle(bytes, at),
        _ => BitConverter.ToDouble(bytes, at),
    };

    private static void Layout(RasterFacts facts, RasterLayout layout, Action<string, object?, object?> equal)
    {
        equal("width", facts.Width, layout.Width);
        equal("height", facts.Height, layout.Height);
        equal("bands", facts.Bands, layout.Bands.Count);
        equal("dtype", facts.DType, layout.DType.Name());
        equal("levels", facts.Levels.Length, layout.Levels.Count);
        equal("sizes", string.Join(' ', facts.Levels.Select(l => (l.Width, l.Height))),
            string.Join(' ', layout.Levels.Select(l => (l.Width, l.Height))));
        equal("block", (facts.Block[0], facts.Block[1]), (layout.Levels[0].BlockWidth, layout.Levels[0].BlockHeight));
        equal("interleave", facts.Interleave, layout.Levels[0].Interleave is RasterInterleave.Pixel ? "pixel" : "band");
        equal("codec", facts.Compression ?? "none", layout.Levels[0].Codec.ToString().ToLowerInvariant());
        equal("mask", facts.Mask, layout.MaskLevels.Count > 0);
        equal("control points", facts.Gcps > 0, layout.HasControlPoints);
        if (facts is { Epsg: null, Wkt: { } wkt } && layout is { Crs: { } own, Transform: { } pixels })
            equal("place by parameters", PlaceOf(wkt, pixels), PlaceOf(own, pixels));
        else
            equal("crs", facts.Epsg is { } epsg ? $"EPSG:{epsg}" : null, layout.Crs);
        equal("has a crs or citation", facts.Wkt is not null, layout.Crs is not null || layout.CrsCitation is not null);
        equal("has a transform", facts.Transform is not null, layout.Transform is not null);
        if (facts.Transform is { } t && layout.Transform is { } actual)
        {
            Affine expected = new(t[0], t[1], t[2], t[3], t[4], t[5]);
            double error = new[] { expected.A - actual.A, expected.B - actual.B, expected.D - actual.D, expected.E - actual.E,
                (expected.C - actual.C) * 1e-9, (expected.F - actual.F) * 1e-9 }.Max(Math.Abs);
            if (error > 1e-12)
                equal("transform", expected, actual);
        }
        for (int i = 0; i < Math.Min(facts.Bands, layout.Bands.Count); i++)
        {
            equal($"alpha of {i}", facts.Alpha[i], layout.Bands[i].IsAlpha);
            equal($"nodata of {i}", facts.NodataOf(i), layout.Bands[i].Nodata);
            equal($"scale of {i}", facts.Scales[i], layout.Bands[i].Scale);
            equal($"offset of {i}", facts.Offsets[i], layout.Bands[i].Offset);
            equal($"name of {i}", facts.Names[i], layout.Bands[i].Name);
        }
    }
}
