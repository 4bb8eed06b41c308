using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using Pile.Writing;
using Pile.Writing.Tests;

namespace Pile.Tests;

/// <summary>Images, spectra and light curves of objects 0, 1, …. Each survey has some of the objects, with its own ids and order. Every
/// value identifies the object.</summary>
public sealed class ThreeSurveys : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Objects 0 to 299.</summary>
    internal Dataset Images { get; private set; } = null!;

    /// <summary>Objects 100 to 399, shifted by 0.2 arcsec to the north; ids are text.</summary>
    internal Dataset Spectra { get; private set; } = null!;

    /// <summary>Every second object, with light curves of different lengths.</summary>
    internal Dataset Curves { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        int[] imaged = Zoo.Shuffled(300, 1), spectra = [.. Zoo.Shuffled(300, 2).Select(i => i + 100)],
            curves = [.. Zoo.Shuffled(200, 3).Select(i => 2 * i)];
        Images = await WriteAsync("images", [Ids([.. imaged.Select(i => 7000L + i)]), .. Position(imaged, 0),
            new ColumnData<float>(new ColumnSchema { Name = "image", DType = DType.Float32, Shape = [16, 17] },
                imaged.SelectMany(i => Enumerable.Repeat((float)i, 16 * 17)).ToArray())]);
        Spectra = await WriteAsync("spectra", [TextColumnData.From(Zoo.Common("object_id", DType.String),
            [.. spectra.Select(i => $"s{i}")]), .. Position(spectra, 0.2),
            new ColumnData<double>(new ColumnSchema { Name = "flux", DType = DType.Float64, Shape = [150] },
                spectra.SelectMany(i => Enumerable.Repeat((double)i, 150)).ToArray()),
            new ColumnData<double>(new ColumnSchema { Name = "z", DType = DType.Float64 }, spectra.Select(i => i / 100.0).ToArray())]);
        Curves = await WriteAsync("curves", [Ids([.. curves.Select(i => -1L - i)]), .. Position(curves, -0.3),
            new ColumnData<float>(new ColumnSchema { Name = "magnitudes", DType = DType.Float32, Shape = [ColumnSchema.Ragged] },
                curves.SelectMany(i => Enumerable.Repeat((float)i, Length(i))).ToArray(), [.. curves.Select(Length)])]);
    }

    public async ValueTask DisposeAsync()
    {
        await Images.DisposeAsync();
        await Spectra.DisposeAsync();
        await Curves.DisposeAsync();
        folder.Dispose();
    }

    internal static int Length(int i) => 1 + (i % 7);

    private static ColumnData<long> Ids(long[] ids) => new(Zoo.Common("object_id", DType.Int64), ids);

    private static IEnumerable<ColumnData> Position(int[] objects, double northArcsec) =>
    [
        new ColumnData<double>(Zoo.Common("ra", DType.Float64), objects.Select(Zoo.Ra).ToArray()),
        new ColumnData<double>(Zoo.Common("dec", DType.Float64), objects.Select(i => Zoo.Dec(i) + (northArcsec / 3600)).ToArray()),
    ];

    private async Task<Dataset> WriteAsync(string name, ColumnData[] columns)
    {
        await using (DatasetWriter writer = DatasetWriter.Create(folder[name], Zoo.Spec with { Name = name, Order = 1 },
            new WriterSettings { Workers = 2 }))
        {
            using (UnitSpill spill = writer.BeginUnit("u", Zoo.Source("u.fits")))
            {
                spill.Append(new RowBatch(columns));
                spill.Complete();
            }
            await writer.CommitAsync();
        }
        return await Dataset.OpenAsync(folder[name]);
    }
}
