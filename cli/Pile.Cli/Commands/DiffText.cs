using System.Collections.Immutable;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Review;

namespace Pile.Cli.Commands;

/// <summary>Writes the differences of two datasets as text: short sections with at most ten lines each.</summary>
internal static class DiffText
{
    private const int MostLines = RowSummary.MaxExamples;

    internal static void Write(TextWriter output, Dataset a, Dataset b, DiffReport report)
    {
        Heading(output, "A", a);
        Heading(output, "B", b);
        Section(output, "identity", [.. report.Identity.Select(TextOf)]);
        Section(output, "schema", [.. report.Schema.Select(TextOf)]);
        Section(output, "provenance", [.. report.Provenance.Select(TextOf)]);
        WriteRows(output, report.Rows);
        Section(output, "statistics", [.. report.Statistics.Select(s => $"{s.Column}, {s.Statistic}: {TextOf(s.A)} -> {TextOf(s.B)}")]);
        Section(output, "layout (not a difference of the data)", [.. report.Layout.Select(TextOf)]);
        Section(output, "notes", report.Notes);
        output.WriteLine(report.AreEqual ? "equal" : "DIFFERENT");
    }

    private static void Heading(TextWriter output, string side, Dataset dataset) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{side}  {TerminalText.Escape(dataset.Address)}: {TerminalText.Escape(dataset.Manifest.Name)}, "
            + $"version {TerminalText.Escape(dataset.Manifest.Version)}, {CountText.Of(dataset.Manifest.Rows, "row")}"));

    private static void WriteRows(TextWriter output, RowSummary rows)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"rows: {rows.Added:N0} added, {rows.Removed:N0} removed, {rows.Changed:N0} changed, {rows.Unchanged:N0} unchanged"));
        Lines(output, [.. rows.ChangedByColumn.OrderByDescending(c => c.Value)
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} differs in {c.Value:N0}"))]);
        foreach ((RowChange change, long count) in
            (ReadOnlySpan<(RowChange, long)>)[(RowChange.Added, rows.Added), (RowChange.Removed, rows.Removed),
                (RowChange.Changed, rows.Changed)])
        {
            RowExample[] examples = [.. rows.Examples.Where(e => e.Change == change)];
            foreach (RowExample example in examples)
                output.WriteLine(TerminalText.Escape($"  {change.ToString().ToLowerInvariant(),-8} {example.Id}"
                    + $"{(example.Columns.IsEmpty ? "" : $": {Shorten(string.Join(", ", example.Columns))}")}"));
            More(output, count - examples.Length);
        }
    }

    private static void Section(TextWriter output, string title, ImmutableArray<string> lines)
    {
        if (lines.IsEmpty)
            return;
        output.WriteLine($"{title}:");
        Lines(output, lines);
    }

    private static void Lines(TextWriter output, ImmutableArray<string> lines)
    {
        foreach (string line in lines.Take(MostLines))
            output.WriteLine($"  {TerminalText.Escape(line)}");
        More(output, lines.Length - MostLines);
    }

    private static void More(TextWriter output, long count)
    {
        if (count > 0)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  and {count:N0} more"));
    }

    private static string TextOf(PropertyDifference difference) =>
        $"{difference.Property}: {TextOf(difference.A)} -> {TextOf(difference.B)}";

    private static string TextOf(SchemaDifference difference) => difference.Property is { } property
        ? $"{difference.Kind} {difference.Name}, {property}: {TextOf(difference.A)} -> {TextOf(difference.B)}"
        : $"{difference.Kind} {difference.Name} {difference.Change}: {TextOf(difference.A ?? difference.B)}";

    private static string TextOf(string? value) => value switch { null => "not stated", "" => "empty", _ => Shorten(value) };

    private static string TextOf(StatisticValue value) =>
        value.Text is { } text ? Shorten(text) : value.Number?.ToString("R", CultureInfo.InvariantCulture) ?? "none";

    private static string Shorten(string text) => text.Length <= 120 ? text : $"{text[..117]}...";
}
