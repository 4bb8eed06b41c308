using System.Globalization;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Format;

namespace Pile.Cli.Commands;

/// <summary>Writes the statistics of columns as text or JSON.</summary>
internal static class StatisticsText
{
    /// <summary>Writes a table, or a message if the dataset has no statistics.</summary>
    internal static void Write(TextWriter output, Manifest manifest, Dictionary<string, ColumnStatistics> statistics)
    {
        output.WriteLine();
        if (statistics.Count == 0)
        {
            output.WriteLine("The dataset has no statistics.");
            return;
        }
        TextTable.Write(output, [("statistics of", false), ("count", true), ("nulls", true), ("skipped", true), ("min", true),
            ("max", true), ("mean", true), ("variance", true), ("skewness", true), ("kurtosis", true)],
            [.. manifest.Columns.Where(c => statistics.ContainsKey(c.Name)).Select(c => statistics[c.Name]).Select(s => new[]
            {
                s.Column, Integer(s.Count), Integer(s.Nulls), Integer(s.Skipped), s.MinText ?? Number(s.Min), s.MaxText ?? Number(s.Max),
                Number(s.Mean), Number(s.Variance), Number(s.Skewness), Number(s.Kurtosis),
            })]);
    }

    /// <summary>Writes an object with the key <c>statistics</c>.</summary>
    internal static void Write(Utf8JsonWriter json, ColumnStatistics s)
    {
        json.WriteStartObject("statistics");
        json.WriteInteger("count", s.Count);
        json.WriteInteger("nulls", s.Nulls);
        json.WriteInteger("skipped", s.Skipped);
        json.WriteFloat("min", s.Min);
        json.WriteFloat("max", s.Max);
        json.WriteFloat("mean", s.Mean);
        json.WriteFloat("variance", s.Variance);
        json.WriteFloat("skewness", s.Skewness);
        json.WriteFloat("kurtosis", s.Kurtosis);
        if (s.MinText is not null)
        {
            json.WriteString("min_text", s.MinText);
            json.WriteString("max_text", s.MaxText);
        }
        json.WriteEndObject();
    }

    private static string Integer(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double? value) => value?.ToString("G7", CultureInfo.InvariantCulture) ?? "";
}
