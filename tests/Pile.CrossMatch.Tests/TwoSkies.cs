using Pile.Format;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests;

/// <summary>Two skies with columns of several types, each in memory and as a dataset.</summary>
public sealed class TwoSkies : IAsyncLifetime
{
    internal const double RadiusArcsec = 700;

    private const int RowsA = 400, RowsB = 350;

    private readonly TemporaryFolder folder = new();

    internal MemorySide MemoryA { get; private set; } = null!;

    internal MemorySide MemoryB { get; private set; } = null!;

    internal Dataset A { get; private set; } = null!;

    internal Dataset B { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        ((double[], double[]) skyA, (double[], double[]) skyB) = SkyGenerators.Clumps(3, RadiusArcsec / 3600, RowsA);
        (MemoryA, MemoryB) = (Rows(skyA, RowsA, 1), Rows(skyB, RowsB, 2));
        (A, B) = (await MemoryA.ToDatasetAsync(folder["a"]), await MemoryB.ToDatasetAsync(folder["b"]));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        folder.Dispose();
    }

    private static MemorySide Rows((double[] RaDeg, double[] DecDeg) sky, int count, int seed)
    {
        Random random = new(seed);
        count = Math.Min(count, sky.RaDeg.Length);
        double[] ra = [.. sky.RaDeg.Take(count).Select(r => r >= 360 ? 0 : r)], dec = [.. sky.DecDeg.Take(count)];
        // Ids in another order than the rows, because they decide ties.
        long[] ids = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        random.Shuffle(ids);
        return new MemorySide(ra, dec, Numbers("mag", i => 10 + random.NextDouble(), i => i % 11 == 0),
            Numbers("x", i => i % 4 == 0 ? double.NaN : i % 4), Numbers<short>("kind", i => (short)(i % 5)),
            Numbers<short>("other", i => (short)(i % 3)),
            Numbers("e", i => 100 + (300 * random.NextDouble()), i => i % 13 == 0),
                Numbers("mjd", i => 56000 + (100 * random.NextDouble())),
            TextColumnData.From(new ColumnSchema { Name = "name", DType = DType.String, Unit = "", Description = "", Nullable = true },
                [.. Enumerable.Range(0, count).Select(i => i % 7 == 0 ? null : $"n{i % 4}")]))
        { Ids = ids };

        ColumnData<T> Numbers<T>(string name, Func<int, T> value, Func<int, bool>? isNull = null) where T : unmanaged => new(
            new ColumnSchema { Name = name, DType = DTypes.Of<T>(), Unit = "", Description = "", Nullable = isNull is not null },
                Enumerable.Range(0, count).Select(value).ToArray(),
            isNull is null ? default(ReadOnlyMemory<bool>) : Enumerable.Range(0, count).Select(isNull).ToArray());
    }
}
