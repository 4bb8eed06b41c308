using Pile.Format;
using Pile.Writing;

namespace Pile.Publishing.Tests.Exporting;

/// <summary>Datasets with the columns that layouts require; values are computed from the row's number.</summary>
internal static class MadeDatasets
{
    internal static readonly (double Ra, double Dec)[] Positions =
        [(45.0, 20.0), (180.5, -41.25), (45.001, 20.001), (359.9999, 0.001), (12, 89)];

    /// <summary>Builds a dataset of one unit.</summary>
    internal static async Task BuildAsync(string folder, string modality, string survey, IEnumerable<ColumnData> columns, int order = 1,
        string? medium = null, params AliasSchema[] aliases)
    {
        DatasetSpec spec = new()
        {
            Name = "made",
            Modality = modality,
            Order = order,
            SpectralMedium = medium,
            Aliases = [.. aliases],
            Provenance = new Provenance
            {
                Project = "p",
                Survey = survey,
                Instrument = "i",
                Release = "r",
                Licence = "CC0-1.0",
                Citation = "c",
                Builder = "test",
                BuilderVersion = "1",
            },
        };
        await using DatasetWriter writer = DatasetWriter.Create(folder, spec, new WriterSettings { Workers = 1 });
        using (UnitSpill unit = writer.BeginUnit("u", []))
        {
            unit.Append(new RowBatch(columns));
            unit.Complete();
        }
        await writer.CommitAsync();
    }

    /// <summary>Ids from 1000 on, and positions.</summary>
    internal static ColumnData[] Common(int count) =>
    [
        new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []), Each(count, i => 1000L + i)),
        new ColumnData<double>(Modality.Common.Find("ra")!.With(DType.Float64, []), Each(count, i => Positions[i].Ra)),
        new ColumnData<double>(Modality.Common.Find("dec")!.With(DType.Float64, []), Each(count, i => Positions[i].Dec)),
    ];

    /// <summary>Text ids, and positions.</summary>
    internal static ColumnData[] CommonWithText(int count) =>
    [
        TextColumnData.From(Modality.Common.Find("object_id")!.With(DType.String, []),
            [.. Enumerable.Range(0, count).Select(i => $"0100m057-{i}")]),
        .. Common(count)[1..],
    ];

    /// <summary>Images of 160 × 160 pixels.</summary>
    internal static ColumnData[] Images(int count, string[] bands, bool hasFlags)
    {
        Modality image = Modality.Get("image");
        int pixels = bands.Length * 160 * 160;
        return
        [
            new ColumnData<float>(image.Find("image_array")!.With(DType.Float32, [bands.Length, 160, 160], "nanomaggy"),
                Each(count, pixels, (i, k) => i + (k / 1024f))),
            new ColumnData<float>(image.Find("image_ivar")!.With(DType.Float32, [bands.Length, 160, 160]),
                Each(count, pixels, (i, k) => (float)(k % 9))),
            hasFlags
                ? new ColumnData<int>(image.Find("image_dq")!.With(DType.Int32, [bands.Length, 160, 160]) with
                {
                    MaskPolarity = MaskPolarity.ZeroIsGood
                }, Each(count, pixels, (i, k) => k % (7 + i) == 0 ? 1 << 8 : 0))
                : new ColumnData<bool>(image.Find("image_mask")!.With(DType.Bool, [bands.Length, 160, 160]),
                    Each(count, pixels, (i, k) => k % (7 + i) != 0)),
            TextColumnData.From(image.Find("image_band")!.With(DType.String, [bands.Length]),
                [.. Enumerable.Range(0, count).SelectMany(_ => bands)]),
            new ColumnData<float>(image.Find("image_psf_fwhm")!.With(DType.Float32, [bands.Length]),
                Each(count, bands.Length, (i, k) => 1 + (k / 8f))),
            new ColumnData<float>(image.Find("image_scale")!.With(DType.Float32, [bands.Length]),
                Each(count, bands.Length, (i, k) => 0.262f)),
        ];
    }

    /// <summary>Native columns of float32.</summary>
    internal static IEnumerable<ColumnData> Floats(int count, IEnumerable<string> names, params int[] shape) => names.Select((name, n) =>
    {
        int elements = shape.Aggregate(1, (product, length) => product * length);
        return new ColumnData<float>(new ColumnSchema { Name = name, DType = DType.Float32, Shape = [.. shape] },
            Each(count, elements, (i, k) => n + (100 * i) + (k / 256f)));
    });

    internal static T[] Each<T>(int count, Func<int, T> value) => [.. Enumerable.Range(0, count).Select(value)];

    internal static T[] Each<T>(int count, int elements, Func<int, int, T> value)
    {
        T[] all = new T[count * elements];
        for (int i = 0; i < all.Length; i++)
            all[i] = value(i / elements, i % elements);
        return all;
    }
}
