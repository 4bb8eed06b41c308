using System.Globalization;
using Pile.Builders;
using Pile.Format;

namespace MyBuilder;

/// <summary>Reads lists of stars. A line has an id, right ascension and declination in degrees (ICRS), and a magnitude or a dash.</summary>
[DatasetBuilder("star-list")]
public sealed class StarListBuilder : FileBuilder
{
    private static readonly ColumnSchema Magnitude = new()
    {
        Name = "mag", DType = DType.Float32, Unit = "mag", Nullable = true, Description = "apparent magnitude",
    };

    public StarListBuilder(RecipeSource source) : base(source) => source.RequireKeys("files");

    public override DatasetFacts Facts => new() { Modality = "catalogue", EpochYear = 2016.0 };

    protected override IEnumerable<Observation> Read(string path, BuildContext context)
    {
        long row = -1;
        foreach (string line in File.ReadLines(path))
        {
            row++;
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 4 && TryParse(fields[1], out double raDeg) && TryParse(fields[2], out double decDeg))
                yield return new() { ObjectId = fields[0], RaDeg = raDeg, DecDeg = decDeg, Columns = [MagnitudeOf(fields[3])] };
            else
                context.Reject(new(path, row, "line", $"'{line}'", "an id, ra, dec and a magnitude", "Correct the line"));
        }
    }

    private static ColumnData<float> MagnitudeOf(string text) => text == "-"
        ? new(Magnitude, new[] { float.NaN }, new[] { true })
        : new(Magnitude, new[] { float.Parse(text, CultureInfo.InvariantCulture) });

    private static bool TryParse(string text, out double value) => double.TryParse(text, CultureInfo.InvariantCulture, out value);
}
