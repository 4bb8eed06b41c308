using System.Collections.Immutable;
using System.Text.Json;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>The result of a build.</summary>
/// <param name="Dataset">What was built, and how many rows and units were skipped.</param>
/// <param name="Skipped">Units that were skipped as a whole.</param>
/// <param name="Elapsed">The time that the build took.</param>
public sealed record BuildOutcome(BuildSummary Dataset, ImmutableArray<SkippedUnit> Skipped, TimeSpan Elapsed)
{
    /// <summary>Rows that were skipped in units that a resumed build did not read again.</summary>
    public long SkippedRowsBefore { get; init; }

    /// <summary>The number of units of a task (<see cref="WriterSettings.Task"/>), which writes no dataset; null for a build.</summary>
    public int? Units { get; init; }

    /// <summary>Writes the result as the JSON object that <c>pile build --json</c> prints.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("dataset", Dataset.Path);
        json.WriteNumber("rows", Dataset.Rows);
        json.WriteNumber("shards", Dataset.Shards);
        json.WriteNumber("bytes", Dataset.Bytes);
        json.WriteNumber("shared_shards", Dataset.SharedShards);
        if (Dataset.Partition?.Order is { } order)
            json.WriteNumber("order", order);
        else
            json.WriteNull("order");
        if (Dataset.Partition?.Bits is { } bits)
            json.WriteNumber("bits", bits);
        if (Dataset.Partition?.Grid is { } grid)
            grid.WriteTo(json, "grid");
        json.WriteNumber("skipped", Dataset.Skipped);
        json.WriteNumber("seconds", Elapsed.TotalSeconds);
        json.WriteEndObject();
    }
}
