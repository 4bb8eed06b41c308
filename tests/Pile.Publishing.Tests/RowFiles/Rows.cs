using Pile.Format;

namespace Pile.Publishing.Tests;

/// <summary>Test rows: three bands with a WCS each, ragged spectra, scalars, text, nulls.</summary>
internal static class Rows
{
    internal const string FluxUnit = "10**-17 erg s-1 cm-2 Angstrom-1";
    internal const int Height = 5, Width = 7;

    internal static readonly string[] Bands = ["des-g", "des-r", "des-z"];
    internal static readonly string[] Ids = ["NGC 1/α.b", "obj-2"];

    internal static ColumnSchema Image { get; } = Heavy("image_array", DType.Float32, 3, Height, Width) with
    {
        Unit = "nanomaggy",
        Bands = [new BandSchema { Name = "des-g", ZeroPointMag = 22.5 },
            new BandSchema { Name = "des-r", Unit = "mJy", ZeroPointMag = 22.5 }, new BandSchema { Name = "des-z", ZeroPointMag = 22.5 }],
    };

    internal static ColumnSchema Mask { get; } = Heavy("image_mask", DType.Bool, 3, Height,
        Width) with
    { MaskPolarity = MaskPolarity.TrueIsGood };

    internal static RowBatch Batch { get; } = new(
    [
        TextColumnData.From(new ColumnSchema { Name = "object_id", DType = DType.String }, Ids),
        new ColumnData<double>(Scalar("ra", DType.Float64, "deg"), new double[] { 150.123456789, 0.25 }),
        new ColumnData<double>(Scalar("dec", DType.Float64, "deg"), new double[] { 2.25, -30.5 }),
        new ColumnData<float>(Image, ImageValues()),
        new ColumnData<bool>(Mask, ImageValues().Select(v => v > 10).ToArray()),
        new ColumnData<int>(Heavy("image_dq", DType.Int32, 3, Height, Width), ImageValues().Select(v => (int)v).ToArray()),
        TextColumnData.From(Vector("image_band", DType.String, 3), [.. Bands, .. Bands]),
        TextColumnData.From(Vector("image_wcs", DType.String, 3), [.. Enumerable.Range(0, 6).Select(WcsCards)]),
        new ColumnData<float>(Ragged("spectrum_flux", DType.Float32, FluxUnit), new float[] { 1, 2, 3, 4, 5 }, [3, 2]),
        new ColumnData<float>(Ragged("spectrum_lambda", DType.Float32, "Angstrom"), new float[] { 4000, 4001, 4002, 5000, 5001 }, [3, 2]),
        new ColumnData<float>(Ragged("spectrum_ivar", DType.Float32, "10**34 erg-2 s2 cm4 Angstrom2"),
            new float[] { 4, 0, 0.25f, 1, 1 }, [3, 2]),
        new ColumnData<bool>(Ragged("spectrum_mask", DType.Bool, null) with { MaskPolarity = MaskPolarity.TrueIsBad },
            new[] { false, true, false, false, false }, [3, 2]),
        new ColumnData<float>(Ragged("spectrum_lsf_sigma", DType.Float32, "Angstrom"), new float[] { 1.5f, 1.5f, 1.5f, 2, 2 }, [3, 2]),
        new ColumnData<float>(Scalar("z", DType.Float32, null) with { Nullable = true, Ucd = "src.redshift" }, new[] { 0.1f, 0 },
            new[] { false, true }),
        new ColumnData<long>(Scalar("big", DType.Int64, null), new[] { long.MaxValue, 12 }),
        new ColumnData<bool>(Scalar("flag", DType.Bool, null), new[] { true, false }),
        TextColumnData.From(Scalar("name", DType.String, null), ["Ångström 𝒳", "plain"]),
        new ColumnData<double>(Vector("native/mag", DType.Float64, 3) with { Unit = "mag" },
            new[] { 1.5, double.NaN, double.PositiveInfinity, 4, 5, 6 }),
        .. Typed(),
    ]);

    internal static Manifest Manifest { get; } = new()
    {
        Name = "hand-made",
        Modality = "image",
        Provenance = new Provenance
        {
            Project = "DECam",
            Survey = "Legacy Surveys",
            Instrument = "DECam",
            Release = "DR10",
            Licence = "CC-BY-4.0",
            Citation = "Dey et al. 2019, AJ 157, 168 – a citation that is longer than one card of a header can ever be",
            Builder = "none",
            BuilderVersion = "1",
        },
        Rows = 2,
        Shards = 1,
        Bytes = 1,
        Partition = new Partition(Partition.Healpix, 4),
        SpectralMedium = "vacuum",
        Columns = [.. Batch.Columns.Select(c => c.Schema)],
        FilesSha256 = "",
    };

    internal static float[] ImageValues() => [.. Enumerable.Range(0, 2 * 3 * Height * Width).Select(i => (float)i)];

    internal static async IAsyncEnumerable<RowBatch> Of(params RowBatch[] batches)
    {
        foreach (RowBatch batch in batches)
        {
            await Task.Yield();
            yield return batch;
        }
    }

    internal static Task<RowFilesSummary> WriteAsync(RowBatch batch, IReadOnlyList<string> columns, string folder,
        RowFileOptions? options = null, Manifest? manifest = null) =>
        RowFiles.WriteAsync(Of(batch), manifest ?? Manifest, columns, folder, options,
            cancellationToken: TestContext.Current.CancellationToken);

    internal static ColumnSchema Heavy(string name, DType type, params int[] shape) =>
        new() { Name = name, DType = type, Shape = [.. shape], Storage = ColumnStorage.Heavy, Role = ColumnRole.Standard };

    private static ColumnSchema Scalar(string name, DType type, string? unit) => new() { Name = name, DType = type, Unit = unit };

    private static ColumnSchema Vector(string name, DType type, int length) => new() { Name = name, DType = type, Shape = [length] };

    private static ColumnSchema Ragged(string name, DType type,
        string? unit) => Heavy(name, type, ColumnSchema.Ragged) with { Unit = unit };

    // Each band has its own reference pixel; NAXIS and EXTNAME belong to the original frame and must not be written.
    private static string WcsCards(int number) => string.Concat(new[]
    {
        "XTENSION= 'IMAGE   '", "NAXIS   =                    2", "NAXIS1  =                 4096", "EXTNAME = 'S29     '",
        "WCSAXES =                    2",
        "CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  =        150.123456789", "CRVAL2  =                 2.25",
        $"CRPIX1  = {3.5 + number,20:0.0}", "CRPIX2  =                  2.5", "CD1_1   =            -7.28E-05",
        "CD1_2   =                  0.0",
        "CD2_1   =                  0.0", "CD2_2   =             7.28E-05", "CUNIT1  = 'deg     '", "CUNIT2  = 'deg     '",
        "RADESYS = 'ICRS    '",
    }.Select(card => card.PadRight(80)));

    private static IEnumerable<ColumnData> Typed()
    {
        yield return new ColumnData<sbyte>(Vector("t_int8", DType.Int8, 2), new sbyte[] { -128, 127, 0, 1 });
        yield return new ColumnData<byte>(Vector("t_uint8", DType.UInt8, 2), new byte[] { 0, 255, 0, 1 });
        yield return new ColumnData<short>(Vector("t_int16", DType.Int16, 2), new short[] { short.MinValue, short.MaxValue, 0, 1 });
        yield return new ColumnData<ushort>(Vector("t_uint16", DType.UInt16, 2), new ushort[] { 0, ushort.MaxValue, 0, 1 });
        yield return new ColumnData<int>(Vector("t_int32", DType.Int32, 2), new[] { int.MinValue, int.MaxValue, 0, 1 });
        yield return new ColumnData<uint>(Vector("t_uint32", DType.UInt32, 2), new uint[] { 0, uint.MaxValue, 0, 1 });
        yield return new ColumnData<long>(Vector("t_int64", DType.Int64, 2), new[] { long.MinValue, long.MaxValue, 0, 1 });
        yield return new ColumnData<ulong>(Vector("t_uint64", DType.UInt64, 2), new ulong[] { 0, ulong.MaxValue, 0, 1 });
        yield return new ColumnData<float>(Vector("t_float32", DType.Float32, 2), new[] { 0.1f, float.NaN, 0, 1 });
        yield return new ColumnData<double>(Vector("t_float64", DType.Float64, 2), new[] { 0.1, double.NegativeInfinity, 0, 1 });
        yield return new ColumnData<bool>(Vector("t_bool", DType.Bool, 2), new[] { true, false, false, false });
    }
}
