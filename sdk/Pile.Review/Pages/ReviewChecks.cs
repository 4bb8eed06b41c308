using System.Globalization;
using Pile.Format;

namespace Pile.Review;

/// <summary>The checklist at the end of a review: what blocks a dataset, and what a reviewer should look at.</summary>
internal static class ReviewChecks
{
    private const double MostlyMissing = 0.5;

    internal static IEnumerable<CheckItem> Of(ReviewReport report)
    {
        long warnings = report.Validation.Findings.Count(f => f.Severity == FindingSeverity.Warning),
            errors = report.Validation.Counts.Values.Sum() - warnings; // all of them, not only the listed ones
        yield return !report.IsValidated ? new("The dataset is valid (pile validate)", CheckState.Note, "not validated")
            : new("The dataset is valid (pile validate)", report.Validation.IsValid ? CheckState.Passed : CheckState.Blocks,
            report.Validation.IsValid ? "no errors" : CountText.Of(errors, "error"));
        yield return Item("No warnings", warnings == 0, CountText.Of(warnings, "warning"));
        if (report.Manifest is not { } manifest)
        {
            yield return new("The manifest is readable", CheckState.Blocks, report.Missing.FirstOrDefault() ?? "it is missing");
            yield break;
        }
        yield return new("There are rows", manifest.Rows > 0 ? CheckState.Passed : CheckState.Blocks, CountText.Of(manifest.Rows, "row"));
        yield return Required("Licence", manifest.Provenance.Licence);
        yield return Required("Citation", manifest.Provenance.Citation);
        yield return Required("Provenance: project, survey, instrument and release",
            new[] { manifest.Provenance.Project, manifest.Provenance.Survey, manifest.Provenance.Instrument, manifest.Provenance.Release }
                is var parts && parts.All(Provenance.IsStated) ? string.Join(", ", parts) : "");
        string[] unitless = [.. manifest.Columns.Where(c => c.Unit is null && !c.IsStandard && c.DType.IsFloat()).Select(c => c.Name)];
        yield return Item("Native floating-point columns have units (empty for dimensionless ones)", unitless.Length == 0, List(unitless));
        string[] absent = [.. report.Columns.Where(c => c.MissingFraction > MostlyMissing).Select(c =>
            string.Create(CultureInfo.InvariantCulture, $"{c.Schema.Name} ({100 * c.MissingFraction:0}%)"))];
        yield return Item("No column is mostly missing", absent.Length == 0, List(absent));
        string[] sentinels = [.. report.Columns.Where(c => !c.Sentinels.IsEmpty).Select(c =>
            string.Create(CultureInfo.InvariantCulture,
                $"{c.Schema.Name}: {string.Join(", ", c.Sentinels.Select(s => s.Value.ToString("R", CultureInfo.InvariantCulture)))}"))];
        yield return Item("No undeclared marks of missing values", sentinels.Length == 0, List(sentinels));
        if (report.RepeatedPositions is { } repeated)
            yield return Item("No position occurs twice", repeated == 0, $"{repeated:N0} positions");
        if (manifest.Rows > 0)
            yield return Item("No suspicious rows", report.Suspicious.Length == 0,
                CountText.Of(report.Suspicious.Select(s => s.Id).Distinct().Count(), "row"));
        yield return Item("Every part of the review could be made", report.Missing.Length == 0, string.Join(" ", report.Missing));
    }

    private static CheckItem Item(string text, bool isPassed, string found) =>
        new(text, isPassed ? CheckState.Passed : CheckState.Note, isPassed ? "" : found);

    private static CheckItem Required(string text, string value) =>
        Provenance.IsStated(value) ? new(text, CheckState.Passed, value)
            : new(text, CheckState.Blocks, value.Contains(Provenance.NotStated, StringComparison.OrdinalIgnoreCase) ? value
                : Provenance.NotStated);

    private static string List(string[] names) => string.Join(", ", names.Take(12))
        + (names.Length > 12 ? $" and {names.Length - 12} more" : "");
}
