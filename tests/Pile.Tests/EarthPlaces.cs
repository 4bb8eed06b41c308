using Pile.Format;
using Pile.Review;
using Pile.Writing;

namespace Pile.Tests;

/// <summary>Datasets of places on the earth.</summary>
internal static class EarthPlaces
{
    /// <summary>Writes a dataset of places, whose ids are their numbers, and validates it.</summary>
    internal static async Task WriteAsync(string path, (double Lon, double Lat)[] places)
    {
        Modality modality = Modality.Get("catalogue", PositionFrame.Wgs84);
        await using DatasetWriter writer = DatasetWriter.Create(path, new DatasetSpec
        {
            Name = "places",
            Modality = "catalogue",
            Frame = PositionFrame.Wgs84,
            Order = 3,
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
        using (UnitSpill unit = writer.BeginUnit("unit", [new SourceFile("rows.csv", 1, new string('0', 64))]))
        {
            unit.Append(new RowBatch([
                new ColumnData<long>(modality.Column("object_id", DType.Int64, []),
                    Enumerable.Range(0, places.Length).Select(i => (long)i).ToArray()),
                new ColumnData<double>(modality.Column("lon", DType.Float64, []), places.Select(p => p.Lon).ToArray()),
                new ColumnData<double>(modality.Column("lat", DType.Float64, []), places.Select(p => p.Lat).ToArray())]));
            unit.Complete();
        }
        await writer.CommitAsync(TestContext.Current.CancellationToken);
        ValidationReport report = await DatasetValidator.ValidateAsync(path, new() { Deep = true },
            TestContext.Current.CancellationToken);
        Assert.Equal("", string.Join('\n', report.Findings));
    }

    /// <summary>Returns places on the whole globe, with many at 180 degrees, at longitude 0 and at the poles.</summary>
    internal static (double Lon, double Lat)[] On(int count, int seed)
    {
        Random random = new(seed);
        (double, double)[] places = new (double, double)[count];
        for (int i = 0; i < count; i++)
            places[i] = (i % 5) switch
            {
                0 => (random.NextDouble() < 0.5 ? -180 + random.NextDouble() : 180 - random.NextDouble(), (20 * random.NextDouble()) - 10),
                1 => ((2 * random.NextDouble()) - 1, 51 + random.NextDouble()),
                2 => ((360 * random.NextDouble()) - 180, random.NextDouble() < 0.5 ? 90 - random.NextDouble() : -90 + random.NextDouble()),
                _ => ((360 * random.NextDouble()) - 180, double.RadiansToDegrees(Math.Asin((2 * random.NextDouble()) - 1))),
            };
        (places[0], places[1], places[2], places[3], places[4]) = ((-180, 0), (180, 1), (0, 90), (12, -90), (-0.0, 0));
        return places;
    }
}
