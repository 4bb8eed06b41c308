using System.Globalization;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Format;

namespace Pile.Cli.Commands;

/// <summary>Formats the plan and the counts of a match for <c>pile crossmatch</c>.</summary>
internal static class MatchReport
{
    /// <summary>Returns the counts in one line.</summary>
    internal static string Line(MatchSummary s, MatchJoin join, bool isSelf) =>
        !s.Sides.IsEmpty ? OfSides(s)
        : join is MatchJoin.Anti or MatchJoin.RightAnti or MatchJoin.Xor
            ? FormattableString.Invariant($"{CountText.Of(s.Rows, "row")} without a match written; {Pairs(s, isSelf)}")
        : s.Rows != s.Pairs && s.Groups is null ? FormattableString.Invariant($"{CountText.Of(s.Rows, "row")} written; {Pairs(s, isSelf)}")
        : Pairs(s, isSelf);

    /// <summary>Returns the counts, the time and the output in one line.</summary>
    internal static string Finished(MatchSummary s, MatchJoin join, bool isSelf, double seconds, string? output) =>
        string.Create(CultureInfo.InvariantCulture, $"{Line(s, join, isSelf)}; {seconds:0.00} s{(output is null ? "" : $"; {output}")}");

    private static string OfSides(MatchSummary s) => (s.Groups is { } groups
        ? string.Create(CultureInfo.InvariantCulture, $"{CountText.Of(groups, "group")}, {CountText.Of(s.Rows, "row")} written; "
            + $"without a group: {s.AWithoutMatch:N0} of A")
        : string.Create(CultureInfo.InvariantCulture, $"{CountText.Of(s.Rows, "row")} written; {s.AWithoutMatch:N0} of "
            + $"{CountText.Of(s.RowsA, "row")} of A in none"))
        + string.Concat(s.Sides.Select(side => s.Groups is not null
            ? FormattableString.Invariant($", {side.WithoutMatch:N0} of {char.ToUpperInvariant(side.Letter)}")
            : FormattableString.Invariant($"; {CountText.Of(side.Pairs, "pair")} with {char.ToUpperInvariant(side.Letter)}, ")
                + FormattableString.Invariant($"{side.WithoutMatch:N0} of its {CountText.Of(side.Rows, "row")} in none")));

    private static string Pairs(MatchSummary s, bool isSelf) => s.Groups is { } groups
        ? string.Create(CultureInfo.InvariantCulture, $"{CountText.Of(groups, "group")} of {CountText.Of(s.Pairs, "pair")} "
            + $"among {CountText.Of(s.RowsA, "row")}; ")
            + FormattableString.Invariant($"{CountText.Of(s.AWithoutMatch, "row")} in no group")
        : isSelf ? string.Create(CultureInfo.InvariantCulture, $"{CountText.Of(s.Pairs, "pair")} among "
            + $"{CountText.Of(s.RowsA, "row")}; without a match: {s.AWithoutMatch:N0}")
        : FormattableString.Invariant($"{CountText.Of(s.Pairs, "pair")} of {s.RowsA:N0} × {CountText.Of(s.RowsB, "row")}; ")
            + FormattableString.Invariant($"without a match: {s.AWithoutMatch:N0} of A, {s.BWithoutMatch:N0} of B");

    /// <summary>Writes the plan.</summary>
    internal static void Explain(MatchPlan plan, TextWriter output)
    {
        output.WriteLine($"A: {Line(plan.A)}");
        output.WriteLine($"B: {Line(plan.B)}");
        for (int i = 0; i < plan.Stages.Count; i++)
            output.WriteLine(TerminalText.Escape($"{i + 1}. {Line(plan.Stages[i])}"));
    }

    /// <summary>Writes the plan and the actual numbers.</summary>
    internal static void Compare(MatchPlan plan, MatchPlan actual, TextWriter output)
    {
        output.WriteLine($"A planned: {Line(plan.A)}");
        output.WriteLine($"A actual:  {Line(actual.A)}");
        output.WriteLine($"B planned: {Line(plan.B)}");
        output.WriteLine($"B actual:  {Line(actual.B)}");
    }

    /// <summary>Writes the document of <c>--json</c>.</summary>
    internal static void WriteJson(MatchSummary? summary, double seconds, MatchPlan? plan, MatchPlan? actual) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        if (summary is { } s)
        {
            json.WriteInteger("rows", s.Rows);
            json.WriteInteger("pairs", s.Pairs);
            json.WriteInteger("rows_a", s.RowsA);
            json.WriteInteger("rows_b", s.RowsB);
            json.WriteInteger("a_without_match", s.AWithoutMatch);
            json.WriteInteger("b_without_match", s.BWithoutMatch);
            json.WriteInteger("without_position", s.WithoutPosition);
            if (s.WithoutTime > 0)
                json.WriteInteger("without_time", s.WithoutTime);
            if (s.Groups is { } groups)
                json.WriteInteger("groups", groups);
            if (s.Certificate is { } certificate)
            {
                json.WritePropertyName("certificate");
                using JsonDocument document = JsonDocument.Parse(CertificateJson.Short(certificate));
                document.RootElement.WriteTo(json);
            }
            WriteSides(json, s);
        }
        if (summary?.Errors is { } errors)
            Write(json, errors);
        json.WriteFloat("seconds", seconds);
        Write(json, "plan", plan);
        Write(json, "actual", actual);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, MatchErrors errors)
    {
        json.WriteStartObject("errors");
        json.WriteString("model", errors.Model.ToString().ToLowerInvariant());
        if (errors.Sigma is { } sigma)
            json.WriteFloat("sigma", sigma);
        foreach ((string side, string? from) in new[] { ("a", errors.A), ("b", errors.B) })
            if (from is not null)
                json.WriteString(side, from);
        json.WriteFloat("radius_arcsec", errors.RadiusArcsec);
        json.WriteEndObject();
    }

    private static void WriteSides(Utf8JsonWriter json, MatchSummary summary)
    {
        if (summary.Sides.IsEmpty)
            return;
        json.WriteStartArray("sides");
        foreach (SideCounts side in summary.Sides)
        {
            json.WriteStartObject();
            json.WriteString("side", side.Letter.ToString());
            json.WriteString("name", side.Name);
            json.WriteInteger("pairs", side.Pairs);
            json.WriteInteger("rows", side.Rows);
            json.WriteInteger("without_match", side.WithoutMatch);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Line(SidePlan side) => string.Create(CultureInfo.InvariantCulture,
        $"{side.Name}: {side.Tiles:N0} of {CountText.Of(side.TileCount, "tile")}, "
            + $"{(side.Rows is { } rows ? CountText.Of(rows, "row") : "unknown number of rows")}, "
            + $"{side.Bytes:N0} bytes, {side.Requests:N0} requests");

    private static string Line(MatchStage stage)
    {
        string[] numbers = [.. ((string?[])[stage.Rows is { } rows ? CountText.Of(rows, "row") : null,
            stage.Bytes > 0 ? FormattableString.Invariant($"{stage.Bytes:N0} bytes") : null,
            stage.MemoryBytes is > 0 and { } memory ? FormattableString.Invariant($"{memory:N0} bytes of memory") : null])
            .OfType<string>()];
        return numbers.Length == 0 ? stage.Name : $"{stage.Name}: {string.Join(", ", numbers)}";
    }

    private static void Write(Utf8JsonWriter json, string key, MatchPlan? plan)
    {
        if (plan is null)
            return;
        json.WriteStartObject(key);
        foreach ((string letter, SidePlan side) in new[] { ("a", plan.A), ("b", plan.B) })
        {
            json.WriteStartObject(letter);
            json.WriteString("name", side.Name);
            json.WriteInteger("tiles", side.Tiles);
            json.WriteInteger("tile_count", side.TileCount);
            if (side.Rows is { } rows)
                json.WriteInteger("rows", rows);
            json.WriteInteger("bytes", side.Bytes);
            json.WriteInteger("requests", side.Requests);
            json.WriteEndObject();
        }
        json.WriteStartArray("steps");
        foreach (MatchStage stage in plan.Stages)
            json.WriteStringValue(stage.Name);
        json.WriteEndArray();
        json.WriteStartArray("stages");
        foreach (MatchStage stage in plan.Stages)
        {
            json.WriteStartObject();
            json.WriteString("name", stage.Name);
            if (stage.Rows is { } rows)
                json.WriteInteger("rows", rows);
            json.WriteInteger("bytes", stage.Bytes);
            if (stage.MemoryBytes is { } memory)
                json.WriteInteger("memory_bytes", memory);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
