using Pile.Format;

namespace Pile.Review.Tests.Conformance;

/// <summary>The rows of the valid datasets with ragged columns of several kinds: cubes, light curves, nested lists, whole
/// files.</summary>
internal static class OtherModalities
{
    private const int Ragged = ColumnSchema.Ragged;

    /// <summary>Four cubes of 7 wavelengths with different sizes; cube 2 has no map.</summary>
    internal static RowBatch Cubes(IEnumerable<ColumnData> common)
    {
        Modality cube = Modality.Get("cube");
        ColumnData[] columns = [.. common];
        int count = columns[0].RowCount;
        int[][] sizes = [.. Enumerable.Range(0, count).Select(i => (int[])[7, 3 + (i % 2), 4 + i])];
        int[][] images = [.. sizes.Select(s => (int[])[2, s[1], s[2]])],
            maps = [.. sizes.Select((s, i) => (int[])[i == 2 ? 0 : 3, s[1], s[2]])];
        return new RowBatch(
        [
            .. columns,
            new ColumnData<float>(cube.Find("cube_flux")!.With(DType.Float32, [7, Ragged, Ragged], "1e-17 erg/(s cm2 Angstrom)"),
                Each(sizes, (i, k) => i + (k / 16f)), Flat(sizes)),
            new ColumnData<float>(cube.Find("cube_lambda")!.With(DType.Float32, [7]) with { SpectralMedium = "vacuum" },
                Each([.. sizes.Select(s => s[..1])], (i, k) => 3622f + (2 * k)), count),
            new ColumnData<float>(cube.Find("cube_ivar")!.With(DType.Float32, [7, Ragged, Ragged]),
                Each(sizes, (i, k) => k % 5 == 0 ? 0f : 4), Flat(sizes)),
            new ColumnData<int>(cube.Find("cube_mask")!.With(DType.Int32,
                [7, Ragged, Ragged]) with { MaskBits = "0: NOCOV; 1: LOWCOV; 10: DONOTUSE" }, Each(sizes, (i, k) => k % 5 == 0 ? 1024 : 0),
                Flat(sizes)),
            new ColumnData<float>(cube.Find("cube_lsf_sigma")!.With(DType.Float32, [7, Ragged, Ragged]),
                Each(sizes, (i, k) => k == 3 ? float.NaN : 1.2f), Flat(sizes)),
            new ColumnData<float>(cube.Find("spaxel_size")!.With(DType.Float32, []), Enumerable.Repeat(0.5f, count).ToArray()),
            new ColumnData<float>(cube.Find("cube_image")!.With(DType.Float32, [2, Ragged, Ragged], "nanomaggy"),
                Each(images, (i, k) => (float)k), Flat(images)),
            TextColumnData.From(cube.Find("cube_image_band")!.With(DType.String, [2]),
                [.. Enumerable.Range(0, count).SelectMany(_ => (string[])["g", "r"])]),
            new ColumnData<float>(cube.Find("cube_psf")!.With(DType.Float32, [2, 5, 5]),
                Enumerable.Range(0, count * 50).Select(k => 1f / (1 + (k % 25))).ToArray()),
            new ColumnData<float>(cube.Find("cube_map")!.With(DType.Float32, [Ragged, Ragged, Ragged]),
                Each(maps, (i, k) => k % 11 == 0 ? float.NaN : 10f * k), Flat(maps)),
            new ColumnData<int>(cube.Find("cube_map_mask")!.With(DType.Int32, [Ragged, Ragged, Ragged]),
                Each(maps, (i, k) => k % 11 == 0 ? 1 << 30 : 0), Flat(maps)),
            TextColumnData.FromLists(cube.Find("cube_map_label")!.With(DType.String, [Ragged]),
                [.. Enumerable.Range(0, count).Select(i => i == 2 ? (string[])[] : ["stellar/vel", "emline/ha_6564", "dsö/dn4000"])]),
            TextColumnData.FromLists(cube.Find("cube_map_unit")!.With(DType.String, [Ragged]),
                [.. Enumerable.Range(0, count).Select(i => i == 2 ? (string[])[] : ["km/s", "1e-17 erg/(s cm2)", ""])]),
            new ColumnData<float>(new ColumnSchema { Name = "nsa_z", DType = DType.Float32 },
                Enumerable.Range(0, count).Select(i => 0.01f * i).ToArray()),
        ]);
    }

    /// <summary>Five light curves in one to three bands, with a missing time, in days of BTJD.</summary>
    internal static RowBatch LightCurves(IEnumerable<ColumnData> common)
    {
        Modality series = Modality.Get("time-series");
        ColumnData[] columns = [.. common];
        int count = columns[0].RowCount;
        string[] names = ["g", "r", "i"];
        int[][] shapes = [.. Enumerable.Range(0, count).Select(i => (int[])[1 + (i % 3), 4 + i])];
        int[][] bands = [.. shapes.Select(s => s[..1])];
        CategorySchema[] classes = [new(15, "TDE"), new(42, "SNII"), new(90, "SNIa")];
        return new RowBatch(
        [
            .. columns,
            new ColumnData<double>(series.Find("lightcurve_time")!.With(DType.Float64,
                [Ragged, Ragged]) with { Time = new TimeAxis("TDB", "BARYCENTER", 56_999.5) },
                Samples((i, b, k) => i == 1 && k == 2 ? double.NaN : 1325.25 + (0.5 * k) + (0.01 * b)), Flat(shapes)),
            new ColumnData<float>(series.Find("lightcurve_flux")!.With(DType.Float32, [Ragged, Ragged], "electron/s"),
                Samples((i, b, k) => (float)(100 + (10 * b) + k)), Flat(shapes)),
            new ColumnData<float>(series.Find("lightcurve_flux_err")!.With(DType.Float32, [Ragged, Ragged], "electron/s"),
                Samples((i, b, k) => 1.5f), Flat(shapes)),
            new ColumnData<int>(series.Find("lightcurve_quality")!.With(DType.Int32, [Ragged, Ragged]),
                Samples((i, b, k) => k == 1 ? 128 : 0), Flat(shapes)),
            TextColumnData.FromLists(series.Find("lightcurve_band")!.With(DType.String, [Ragged]), [.. shapes.Select(s => names[..s[0]])]),
            new ColumnData<int>(series.Find("lightcurve_length")!.With(DType.Int32, [Ragged]), Each(bands, (i, b) => LengthOf(i, b)),
                Flat(bands)),
            new ColumnData<short>(new ColumnSchema { Name = "obj_type", DType = DType.Int16, Categories = [.. classes] },
                Enumerable.Range(0, count).Select(i => (short)classes[i % 3].Code).ToArray()),
            new ColumnData<float>(new ColumnSchema { Name = "hostgal_specz", DType = DType.Float32, Sentinels = [-9] },
                Enumerable.Range(0, count).Select(i => i == 3 ? -9 : 0.1f * i).ToArray()),
        ]);

        int LengthOf(int i, int band) => 4 + i - band;

        T[] Samples<T>(Func<int, int, int, T> value) where T : struct =>
            Each(shapes, (i, at) => at % shapes[i][1] < LengthOf(i, at / shapes[i][1])
                ? value(i, at / shapes[i][1], at % shapes[i][1]) : default);
    }

    /// <summary>Lists in the index, a nested group that is missing in one row, and pictures as JPEG and PNG files.</summary>
    internal static RowBatch Nested(IEnumerable<ColumnData> common)
    {
        ColumnData[] columns = [.. common];
        int count = columns[0].RowCount;
        int[] lengths = [.. Enumerable.Range(0, count).Select(i => i is 4 ? 0 : 2 * i)];
        bool[] isNull = [.. Enumerable.Range(0, count).Select(i => i == 4)];
        byte[][] jpegs = [.. Enumerable.Range(0, count)
            .Select(i => (byte[])[0xFF, 0xD8, 0xFF, 0xE0, .. Enumerable.Range(0, 5 + i).Select(k => (byte)k), 0xFF, 0xD9])];
        byte[][] pngs = [.. Enumerable.Range(0, count).Select(i => i == 1 ? []
            : (byte[])[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. Enumerable.Range(0, 3 * i).Select(k => (byte)(k + 1))])];
        return new RowBatch(
        [
            .. columns,
            Member("lc.time", DType.Float64, (i, k) => 59_000.5 + k, new TimeAxis("UTC")),
            Member("lc.flux", DType.Float32, (i, k) => k == 1 ? float.NaN : (10f * i) + k),
            Member("lc.class", DType.UInt8, (i, k) => (byte)(k % 2),
                categories: [new CategorySchema(0, "quiet"), new CategorySchema(1, "burst")]),
            TextColumnData.FromLists(new ColumnSchema { Name = "lc.band", DType = DType.String, Shape = [Ragged], Nested = "lc" },
                [.. lengths.Select((n, i) => isNull[i] ? null
                    : (string[])[.. Enumerable.Range(0, n).Select(k => k % 3 == 0 ? "" : $"band {k}")])]),
            TextColumnData.FromLists(new ColumnSchema { Name = "references", DType = DType.String, Shape = [Ragged] },
                [.. Enumerable.Range(0, count)
                    .Select(i => i == 3 ? null : (string[])[.. Enumerable.Range(0, i).Select(k => $"größe {k}")])]),
            new ColumnData<long>(new ColumnSchema { Name = "neighbours", DType = DType.Int64, Shape = [Ragged], IsList = true,
                Padding = new Padding(-1) }, (long[])[.. lengths.SelectMany((n, i) => Enumerable.Range(0, n).Select(k => (1L << 60) + k))],
                lengths),
            Files("thumbnail", "jpeg", jpegs, default),
            Files("picture", "png", pngs, Enumerable.Range(0, count).Select(i => i == 1).ToArray()),
        ]);

        ColumnData Member<T>(string name, DType type, Func<int, int, T> value, TimeAxis? time = null, CategorySchema[]? categories = null)
            where T : unmanaged =>
            new ColumnData<T>(new ColumnSchema
            {
                Name = name,
                DType = type,
                Shape = [Ragged],
                Nested = "lc",
                Time = time,
                Categories = [.. categories ?? []]
            },
                (T[])[.. lengths.SelectMany((n, i) => Enumerable.Range(0, n).Select(k => value(i, k)))], lengths, isNull);

        static ColumnData Files(string name, string encoding, byte[][] files, ReadOnlyMemory<bool> isNull) =>
            new ColumnData<byte>(new ColumnSchema { Name = name, DType = DType.UInt8, Shape = [Ragged], Encoding = encoding },
                files.SelectMany(f => f).ToArray(), [.. files.Select(f => f.Length)], isNull);
    }

    /// <summary>Pairs of spectra in vacuum and in air, and of times in two scales, as a match writes them: format 1.1.</summary>
    internal static RowBatch Matched(IEnumerable<ColumnData> common)
    {
        ColumnData[] columns = [.. common];
        return new RowBatch([.. columns, .. Side("a_", "vacuum", new TimeAxis("TDB", "BARYCENTER")),
            .. Side("b_", "air", new TimeAxis("TAI", "TOPOCENTER"))]);

        ColumnData[] Side(string prefix, string medium, TimeAxis time)
        {
            ColumnSchema mjd = Modality.Common.Find("mjd")!.With(DType.Float64, []) with { Time = time },
                lambda = Modality.Get("spectrum").Find("spectrum_lambda")!.With(DType.Float32, [3]) with { SpectralMedium = medium };
            int count = columns[0].RowCount;
            return
            [
                new ColumnData<double>(ColumnMeaning.Renamed(mjd, prefix + mjd.Name) with { Role = ColumnRole.Native },
                    Enumerable.Range(0, count).Select(i => 59_000.5 + i).ToArray()),
                new ColumnData<float>(ColumnMeaning.Renamed(lambda, prefix + lambda.Name) with { Role = ColumnRole.Native },
                    Enumerable.Range(0, 3 * count).Select(k => 4000f + k).ToArray()),
            ];
        }
    }

    private static T[] Each<T>(int[][] shapes, Func<int, int, T> value) =>
        [.. shapes.SelectMany((shape, i) => Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(k => value(i, k)))];

    private static int[] Flat(int[][] shapes) => [.. shapes.SelectMany(s => s)];
}
