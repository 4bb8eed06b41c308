using Pile.Format;
using Pile.Review.Tests.Validation;
using Pile.Writing;

namespace Pile.Review.Tests.Conformance;

/// <summary>The small valid datasets of format-spec/conformance/v1, whose values are computed from the row's number.</summary>
internal static class ValidDatasets
{
    /// <summary>Three rows in one base pixel and two cells of it, the rest over the sky.</summary>
    private static readonly (double Ra, double Dec)[] Positions =
    [
        (45.0, 20.0), (45.001, 20.001), (52.0, 8.0), (52.001, 8.001), (180.5, -41.25), (359.9999, 0.001), (0.0001, -0.001),
        (266.4168, -29.0078), (12.0, 89.9), (300.0, -89.5),
    ];

    internal static IReadOnlyList<(string Name, Func<string, Task> Build)> All { get; } =
    [
        ("image", folder => Build(folder, Spec("conformance-image", "image") with { Order = 1, TimeScale = "TAI" }, Image(5))),
        ("spectrum", folder => Build(folder, Spec("conformance-spectrum", "spectrum") with
        {
            Order = 1,
            SpectralMedium = "vacuum",
            Aliases =
            [
                new AliasSchema { Name = "redshift", Native = "Z", Ucd = "src.redshift" },
                new AliasSchema { Name = "sn_per_pixel", Native = "SNR", Scale = 0.5 },
                new AliasSchema { Name = "velocity", Expression = "299792.458 * native_Z", Unit = "km/s" },
            ],
        }, Spectrum(5))),
        ("catalogue-int64", folder => Build(folder, Spec("conformance-catalogue-int64", "catalogue") with { Order = 2, EpochYear = 2016 },
            Numbers(10))),
        ("catalogue-text", folder => Build(folder, Spec("conformance-catalogue-text", "catalogue") with { Order = 1 }, Texts(5))),
        ("margin", folder => Build(folder, Spec("conformance-margin", "catalogue") with { Order = 1, MarginArcsec = 3600 }, Corner())),
        ("cube", folder => Build(folder, Spec("conformance-cube", "cube") with { Order = 1 },
            OtherModalities.Cubes(Common(4, isText: true)))),
        ("time-series", folder => Build(folder, Spec("conformance-time-series", "time-series") with { Order = 1 },
            OtherModalities.LightCurves(Common(5, isText: false)))),
        ("nested", folder => Build(folder, Spec("conformance-nested", "catalogue") with { Order = 1 },
            OtherModalities.Nested(Common(6, isText: false)))),
        ("without-checksum", async folder =>
        {
            await Build(folder, Spec("conformance-without-checksum", "catalogue") with { Order = 1 }, Texts(3));
            using MutableDataset older = new(folder);
            older.MakeOlder();
            MutableDataset.Copy(older.Path, folder);
        }),
        ("matched", folder => Build(folder, Spec("conformance-matched", "catalogue") with { Order = 1 },
            OtherModalities.Matched(Common(3, isText: false)))),
        ("ids", folder => Build(folder, Spec("conformance-ids", "catalogue") with { Order = 1, HasIdIndex = true }, Texts(5))),
        ("coverage", folder => Build(folder, Spec("conformance-coverage", "catalogue") with
        {
            Order = 1,
            TimeScale = "UTC",
            HasCoverage = true,
        }, Timed(7))),
        ("hash", folder => Build(folder, Spec("conformance-hash", "catalogue") with { Frame = null, Bits = 2 }, Keyed(6))),
        ("hash-int64", folder => Build(folder, Spec("conformance-hash-int64", "catalogue") with { Frame = null, TimeScale = "UTC" },
            KeyedNumbers(5))),
        ("hash-empty", folder => Build(folder, Spec("conformance-hash-empty", "catalogue") with { Frame = null }, null)),
        ("index-only", folder => Build(folder, Spec("conformance-index-only", "catalogue") with { Order = 1, HasShards = false },
            Texts(6))),
        ("reference", folder => ReferenceDataset.BuildAsync(folder,
            Spec("conformance-reference", "catalogue") with { Frame = null, HasShards = false, Bits = 1 })),
        ("earth", folder => Build(folder, Spec("conformance-earth", "catalogue") with
        {
            Frame = PositionFrame.Wgs84,
            Order = 1,
            TimeScale = "UTC",
        }, EarthRows.Batch(6))),
        ("window", folder => WindowDataset.BuildAsync(folder,
            Spec("conformance-window", "chip") with { Frame = PositionFrame.Wgs84, Order = 1, HasShards = false })),
        ("tile", folder => Build(folder, Spec("conformance-tile", "catalogue") with
        {
            Frame = PositionFrame.Wgs84,
            Grid = new EarthGrid { Kind = EarthGrid.Mgrs },
            TimeScale = "UTC",
        }, EarthRows.Batch(6, EarthRows.Squares))),
        ("tile-spec", folder => Build(folder, Spec("conformance-tile-spec", "catalogue") with
        {
            Frame = PositionFrame.Wgs84,
            Grid = EarthGrid.Parse("{kind: spec, name: thirds, crs: 'EPSG:4326', origin: [-60, 0], resolution: [0.5, -0.5], "
                + "tile_shape: [240, 240]}", "conformance"),
            TimeScale = "UTC",
        }, EarthRows.Batch(6, EarthRows.Thirds))),
        ("empty", folder => Build(folder, Spec("conformance-empty", "catalogue"), null)),
    ];

    private static DatasetSpec Spec(string name, string modality) => new()
    {
        Name = name,
        Modality = modality,
        Description = "A small dataset of no meaning, for programs that read or check the format.",
        Provenance = new Provenance
        {
            Project = "Pile",
            Survey = "conformance",
            Instrument = "none",
            Release = "v1",
            Licence = "CC0-1.0",
            Citation = "none",
            Builder = "conformance",
            BuilderVersion = "1",
        },
    };

    private static async Task Build(string folder, DatasetSpec spec, RowBatch? rows)
    {
        await using DatasetWriter writer = DatasetWriter.Create(folder, spec, new WriterSettings { Workers = 1 });
        if (rows is not null)
        {
            using UnitSpill unit = writer.BeginUnit("unit", [new SourceFile("rows.fits", 2880, new string('0', 64))]);
            unit.Append(rows);
            unit.Complete();
        }
        await writer.CommitAsync();
    }

    private static RowBatch Image(int count)
    {
        Modality image = Modality.Get("image");
        BandSchema[] bands = [new() { Name = "g", Unit = "nanomaggy", WavelengthAngstrom = 4770 },
            new() { Name = "r", Unit = "nanomaggy", WavelengthAngstrom = 6231 },
            new() { Name = "z", Unit = "nanomaggy", WavelengthAngstrom = 9134 }];
        return new RowBatch(
        [
            .. Common(count, isText: false),
            new ColumnData<double>(Modality.Common.Find("mjd")!.With(DType.Float64, []), Each(count, i => 58_849.5 + i)),
            new ColumnData<float>(image.Find("image_array")!.With(DType.Float32, [3, 6, 5]) with { Bands = [.. bands] },
                Each(count, 90, (i, k) => (100 * i) + (k / 8f))),
            new ColumnData<float>(image.Find("image_ivar")!.With(DType.Float32, [3, 6, 5]) with { Codec = PieceCodec.ShuffleDeflate },
                Each(count, 90, (i, k) => k % 7 == 0 ? 0 : 1f / (1 + i))),
            new ColumnData<bool>(image.Find("image_mask")!.With(DType.Bool, [3, 6, 5]), Each(count, 90, (i, k) => k % 7 != 0)),
            Text(image.Find("image_band")!.With(DType.String, [3]), Each(count, 3, (i, k) => bands[k].Name)),
            new ColumnData<float>(image.Find("image_psf_fwhm")!.With(DType.Float32, [3]), Each(count, 3, (i, k) => 1.5f - (0.25f * k))),
            new ColumnData<float>(Native("forced/r_mag", DType.Float32) with { Unit = "mag" }, Each(count, i => 18.5f + i)),
        ]);
    }

    private static RowBatch Spectrum(int count)
    {
        Modality spectrum = Modality.Get("spectrum");
        int[] lengths = [.. Enumerable.Range(0, count).Select(i => i == 3 ? 0 : 20 + (5 * i))];
        return new RowBatch(
        [
            .. Common(count, isText: true),
            new ColumnData<float>(spectrum.Find("spectrum_flux")!.With(DType.Float32, [ColumnSchema.Ragged], "1e-17 erg/(s cm2 Angstrom)"),
                Ragged(lengths, (i, k) => (float)Math.Sin(k / 3.0) + i), lengths),
            new ColumnData<float>(spectrum.Find("spectrum_lambda")!.With(DType.Float32, [ColumnSchema.Ragged]),
                Ragged(lengths, (i, k) => 3600f + (2 * k)), lengths),
            new ColumnData<bool>(spectrum.Find("spectrum_mask")!.With(DType.Bool, [ColumnSchema.Ragged]),
                Ragged(lengths, (i, k) => k % 9 == 0), lengths),
            new ColumnData<double>(Native("Z", DType.Float64), Each(count, i => 0.1 * i)),
            new ColumnData<float>(Native("z", DType.Float32), Each(count, i => -0.1f * i)),
            new ColumnData<float>(Native("SNR", DType.Float32), Each(count, i => i == 2 ? float.NaN : 10f + i)),
            new ColumnData<float>(Native("vdisp", DType.Float32) with { Unit = "km/s", Nullable = true }, Each(count, i => 100f * i),
                Each(count, i => i % 2 == 1)),
            TextColumnData.From(Native("CLASS", DType.String) with { Nullable = true },
                [.. Enumerable.Range(0, count).Select(i => i % 3 == 0 ? null : "GALAXY")]),
            new ColumnData<float>(Native("template", DType.Float32) with { Shape = [2, 4], Storage = ColumnStorage.Heavy, Nullable = true },
                Each(count, 8, (i, k) => (float)(i + k)), Each(count, i => i == 1)),
        ]);
    }

    private static RowBatch Numbers(int count) => new(
    [
        .. Common(count, isText: false),
        new ColumnData<float>(Modality.Common.Find("pmra")!.With(DType.Float32, []), Each(count, i => i - 5f)),
        new ColumnData<float>(Native("g.mag", DType.Float32) with { Unit = "mag", Ucd = "phot.mag;em.opt.V" }, Each(count, i => 15f + i)),
        new ColumnData<short>(Native("größe", DType.Int16) with { Nullable = true }, Each(count, i => (short)i),
            Each(count, i => i % 4 == 0)),
        new ColumnData<bool>(Native("variable star", DType.Bool), Each(count, i => i % 2 == 0)),
        new ColumnData<ulong>(Native("bits", DType.UInt64), Each(count, i => ulong.MaxValue - (ulong)i)),
    ]);

    /// <summary>Instants and intervals over two years, with missing and exchanged ends, and a row without a time.</summary>
    private static RowBatch Timed(int count) => new(
    [
        .. Common(count, isText: false),
        new ColumnData<double>(Modality.Common.Find("mjd")!.With(DType.Float64, []),
            Each(count, i => i is 2 or 3 ? double.NaN : 58_849.25 + (i * 120.0))),
        new ColumnData<double>(Modality.Common.Find("mjd_end")!.With(DType.Float64, []),
            Each(count, i => i is 2 or 4 ? double.NaN : 58_849.25 + (i * 120.0) + (i == 5 ? -1 : i / 2.0))),
    ]);

    /// <summary>Rows around a corner of four base pixels, one row at a pole, and one far from all borders.</summary>
    private static RowBatch Corner() => new(
    [
        new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []), Each(7, i => (long)i)),
        new ColumnData<double>(Modality.Common.Find("ra")!.With(DType.Float64, []), new double[] { 45.2, 45.3, 44.8, 45, 45.01, 12, 0 }),
        new ColumnData<double>(Modality.Common.Find("dec")!.With(DType.Float64, []), new double[] { 0, 0.01, 0, 0.2, -0.2, 89.9, 0 }),
    ]);

    private static RowBatch Texts(int count) => new(
    [
        .. Common(count, isText: true),
        new ColumnData<float>(Native("colours", DType.Float32) with { Shape = [4] },
            Each(count, 4, (i, k) => k == 2 && i == 0 ? float.NaN : i + (k / 4f))),
        Text(Native("names", DType.String) with { Shape = [2] },
            Each(count, 2, (i, k) => k == 0 ? $"NGC {i}" : i == 1 ? "" : $"Ünamed {i}")),
        new ColumnData<double>(Native("a%b", DType.Float64), Each(count, i => i / 3.0)),
    ]);

    /// <summary>Rows without positions, with native columns whose names belong to positions elsewhere.</summary>
    private static RowBatch Keyed(int count) => new(
    [
        TextColumnData.From(Modality.Common.Find("object_id")!.With(DType.String, []),
            [.. Enumerable.Range(0, count).Select(i => $"bilder/größe {i}.jpg")]),
        Text(Native("ra", DType.String), Each(count, i => $"{i} h")),
        new ColumnData<int>(Native("healpix", DType.Int32), Each(count, i => i)),
        new ColumnData<byte>(Native("thumb", DType.UInt8) with { Shape = [2, 3], Storage = ColumnStorage.Heavy },
            Each(count, 6, (i, k) => (byte)((10 * i) + k))),
    ]);

    private static RowBatch KeyedNumbers(int count) => new(
    [
        new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []),
            Each(count, i => i == 0 ? long.MinValue : i == 1 ? -7L : 1_000L * i)),
        new ColumnData<double>(Modality.Common.Find("mjd")!.With(DType.Float64, []), Each(count, i => 60_000.5 + i)),
    ]);

    private static IEnumerable<ColumnData> Common(int count, bool isText) =>
    [
        isText ? TextColumnData.From(Modality.Common.Find("object_id")!.With(DType.String, []),
            [.. Enumerable.Range(0, count).Select(i => i == 2 ? "größe-2" : $"obj-{i}")])
            : new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []),
                Each(count, i => i == 0 ? -1L : 1_000_000_000_000L * i)),
        new ColumnData<double>(Modality.Common.Find("ra")!.With(DType.Float64, []), Each(count, i => Positions[i].Ra)),
        new ColumnData<double>(Modality.Common.Find("dec")!.With(DType.Float64, []), Each(count, i => Positions[i].Dec)),
    ];

    private static ColumnSchema Native(string name, DType type) => new() { Name = name, DType = type };

    private static TextColumnData Text(ColumnSchema schema, string[] texts) => TextColumnData.From(schema, texts);

    private static T[] Each<T>(int count, Func<int, T> value) => [.. Enumerable.Range(0, count).Select(value)];

    private static T[] Each<T>(int count, int perRow, Func<int, int, T> value) =>
        [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(0, perRow).Select(k => value(i, k)))];

    private static T[] Ragged<T>(int[] lengths, Func<int, int, T> value) =>
        [.. lengths.SelectMany((n, i) => Enumerable.Range(0, n).Select(k => value(i, k)))];
}
