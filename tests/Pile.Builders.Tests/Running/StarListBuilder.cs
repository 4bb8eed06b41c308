using System.Globalization;
using Pile.Format;

namespace Pile.Builders.Tests.Running;

/// <summary>A builder as a user would write one: lines of id, right ascension, declination and magnitude. A line "crash" makes its code
/// fail.</summary>
[DatasetBuilder("star-list", version: "3")]
public sealed class StarListBuilder : FileBuilder
{
    private static readonly ColumnSchema Magnitude = new() { Name = "mag", DType = DType.Float32, Unit = "mag" };

    public StarListBuilder(RecipeSource source) : base(source) => source.Map.RequireKeys("kind", "files");

    public override DatasetFacts Facts => new() { Modality = "catalogue" };

    protected override IEnumerable<Observation> Read(string path, BuildContext context)
    {
        long row = -1;
        foreach (string line in File.ReadLines(path))
        {
            row++;
            if (line == "crash")
                throw new FormatException("the builder did not expect this line");
            string[] fields = line.Split(' ');
            if (!double.TryParse(fields[1], CultureInfo.InvariantCulture, out double raDeg))
                context.Reject(new ValueInvalidException(path, row, "ra", fields[1], "a number", "Correct the line"));
            else if (fields[3] == "dark")
                context.Skip(path, row, "no star");
            else
                yield return new Observation
                {
                    ObjectId = fields[0],
                    RaDeg = raDeg,
                    DecDeg = double.Parse(fields[2], CultureInfo.InvariantCulture),
                    Columns = [new ColumnData<float>(Magnitude, new[] { float.Parse(fields[3], CultureInfo.InvariantCulture) })],
                };
        }
        context.Report($"{row + 1} lines");
    }
}
