using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Review;

namespace Pile.Cli.Commands;

/// <summary><c>pile statistics</c>: mean and standard deviation of the bands of chips and images.</summary>
internal static class StatisticsCommand
{
    private const int MostBands = 10; // in a message

    private static readonly Argument<string> DatasetPath = new("DATASET") { Description = CommonOptions.DatasetHelp };
    private static readonly Option<string?> Columns = new("--columns")
    {
        Description = "Columns with bands of pixels; by default the main one of each group.",
        HelpName = "a,b"
    };
    private static readonly Option<string?> By = new("--by")
    {
        Description = "Measure rows with different values of a light column separately.",
        HelpName = "COL"
    };
    private static readonly Option<string?> Where = new("--where")
    {
        Description = "Only rows that match an SQL condition.",
        HelpName = "SQL"
    };
    private static readonly Option<int> Rows = new("--rows") { Description = "Measure a random sample of this many rows.", HelpName = "N" };
    private static readonly Option<int> Seed = new("--seed") { Description = "With --rows: the seed of the sample.", HelpName = "N" };

    internal static Command Create()
    {
        CommonOptions.RequireCount(Rows, "rows");
        VerbCommand command = new("statistics",
            "Measures the mean and standard deviation of each band, without nodata, masked and infinite pixels, to normalise data.",
            "pile statistics chips --by platform",
            "pile statistics chips --where \"cloud_fraction < 0.1\" --rows 10000 --json",
            "pile statistics chips --layer labels --by class")
        { DatasetPath, Columns, By, Where, Rows, Seed, CommonOptions.NoIndex, CommonOptions.Mount, CommonOptions.Layer };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        bool isSample = parsed.GetResult(Rows) is { Implicit: false };
        await using Dataset dataset = await Dataset.OpenAsync(parsed.GetRequiredValue(DatasetPath), CommonOptions.DatasetOptionsOf(parsed),
            cancellationToken).ConfigureAwait(false);
        ImmutableArray<BandStatistic> lines;
        using (ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet)))
            lines = await BandStatistics.ComputeAsync(dataset, new BandStatisticsOptions
            {
                Columns = parsed.GetValue(Columns) is { } columns ? [.. NameList.Split(columns, Columns.Name)] : [],
                By = parsed.GetValue(By),
                Where = parsed.GetValue(Where),
                SampleRows = isSample ? parsed.GetValue(Rows) : null,
                Seed = parsed.GetValue(Seed),
                OnProgress = (done, total) => display.Report("measure", done, total, "rows"),
            }, cancellationToken).ConfigureAwait(false);
        string? key = parsed.GetValue(By);
        ColumnSchema? by = dataset.ColumnsOf(DatasetView.Standard).FirstOrDefault(c => c.Name == key);
        if (parsed.GetValue(CommonOptions.Json))
            WriteJson(parsed, lines, isSample, by);
        else
            TextTable.Write(TerminalText.Output,
                [("column", false), .. Key(parsed).Select(k => (k, false)), ("band", false), ("rows", true), ("pixels", true),
                    ("omitted", true), ("mean", true), ("std", true), ("min", true), ("max", true)],
                [.. lines.Select(s => (string[])[s.Column, .. Key(parsed).Select(_ => NameOf(by, s.Value) ?? s.Value ?? ""), s.Band,
                    Text(s.Rows), Text(s.Moments.Count), Text(s.OmittedPixels), Text(s.Moments.Mean), Text(Math.Sqrt(s.Moments.Variance)),
                    Text(Least(s.Moments)), Text(Greatest(s.Moments))])]);
        ReportMixedScales(lines);
        return ExitCode.Done;
    }

    // The same stored number means different values then, such as reflectances of Sentinel-2 before and after processing baseline 04.00.
    private static void ReportMixedScales(ImmutableArray<BandStatistic> lines)
    {
        string[] bands = [.. lines.Where(s => s.MixesScales).Select(s => $"{s.Band} of {s.Column}").Distinct()];
        if (bands.Length == 0)
            return;
        string? column = lines.FirstOrDefault(s => s.MixesScales)?.SeparatedBy;
        TerminalText.Error.WriteLine($"pile: Rows of the bands {string.Join(", ", bands.Take(MostBands))}{(bands.Length > MostBands
            ? ", …" : "")} have different scales or offsets: mean and standard deviation are those of stored numbers that mean different "
            + $"values. Measure rows with one scale and offset separately, by {(column is null ? "" : $"'--by {column}' or ")}'--where'.");
    }

    // The name of a code, of a column of categories or a label.
    private static string? NameOf(ColumnSchema? by, string? value) => by?.Categories
        .FirstOrDefault(c => c.Code.ToString(CultureInfo.InvariantCulture) == value)?.Name;

    private static void WriteJson(ParseResult parsed, ImmutableArray<BandStatistic> lines, bool isSample,
        ColumnSchema? ofValues) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("dataset", parsed.GetRequiredValue(DatasetPath));
        if (parsed.GetValue(By) is { } by)
            json.WriteString("by", by);
        if (isSample)
        {
            json.WriteNumber("sample_rows", parsed.GetValue(Rows));
            json.WriteNumber("seed", parsed.GetValue(Seed));
        }
        json.WriteStartArray("bands");
        foreach (BandStatistic s in lines)
        {
            json.WriteStartObject();
            json.WriteString("column", s.Column);
            if (parsed.GetValue(By) is not null)
                json.WriteString("value", s.Value);
            if (NameOf(ofValues, s.Value) is { } name)
                json.WriteString("name", name);
            json.WriteString("band", s.Band);
            json.WriteInteger("rows", s.Rows);
            json.WriteInteger("pixels", s.Moments.Count);
            json.WriteInteger("omitted", s.OmittedPixels);
            json.WriteFloat("mean", s.Moments.Mean);
            json.WriteFloat("std", Math.Sqrt(s.Moments.Variance));
            json.WriteFloat("min", Least(s.Moments));
            json.WriteFloat("max", Greatest(s.Moments));
            if (s.MixesScales)
                json.WriteBoolean("mixes_scales", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static double Least(Moments moments) => moments.Count > 0 ? moments.Min : double.NaN;

    private static double Greatest(Moments moments) => moments.Count > 0 ? moments.Max : double.NaN;

    private static string[] Key(ParseResult parsed) => parsed.GetValue(By) is { } by ? [by] : [];

    private static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("G9", CultureInfo.InvariantCulture);
}
