using Pile.Format;
using Pile.Review.Tests.Conformance;
using Pile.Review.Tests.Validation;

namespace Pile.Review.Tests.Pages;

/// <summary>Reviews of the valid and invalid datasets of the conformance folder.</summary>
public class DatasetReviewTests
{
    [Fact]
    public async Task A_valid_dataset_of_every_kind_is_reviewed_completely()
    {
        foreach (string name in ConformanceFolder.ValidNames())
        {
            ReviewReport report = await ReviewAsync(ConformanceFolder.Valid(name));
            // The JPEG files of this sample have a signature and no picture.
            Assert.Equal("", string.Join('\n', report.Missing.Where(m => name != "nested"
                || !m.Contains("a file that is a JPEG", StringComparison.Ordinal)).Select(m => $"{name}: {m}")));
            Assert.Equal(report.Manifest!.Rows > 0 && report.Manifest.Frame is not null, report.Sky is not null);
        }
    }

    [Fact]
    public async Task An_invalid_dataset_has_a_page_with_its_findings_and_is_not_accepted()
    {
        foreach (ConformanceFolder.Expected expected in ConformanceFolder.Invalid().Where((_, i) => i % 24 == 5))
        {
            using MutableDataset dataset = ConformanceFolder.Assemble(expected);
            ReviewReport report = await ReviewAsync(dataset.Path);
            string html = ReviewPage.Of(report);
            Assert.Equal(expected.Shallow.Length == 0 || report.Validation.IsValid, report.IsAccepted);
            foreach (string code in expected.Shallow.Except(expected.May))
                Assert.Contains($"<td><a href=\"#rule-{code}\">{code}</a></td>", html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("I004-position")]
    [InlineData("I004-cell")]
    [InlineData("C004-range")]
    public async Task A_row_with_a_wrong_position_is_listed_with_its_id(string name)
    {
        using MutableDataset dataset = ConformanceFolder.Assemble(ConformanceFolder.Invalid().Single(e => e.Name == name));
        ReviewReport report = await ReviewAsync(dataset.Path);
        Finding finding = report.Validation.Findings.First(f => f.Row is not null
            && f.Code is FindingCodes.HealpixMismatch or FindingCodes.PositionInvalid);
        SuspiciousRow row = report.Suspicious[0];
        Assert.Equal(finding.Message, row.Reason);
        Assert.Contains($"object_id = {row.Id}", row.Command.Replace("'\\''", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static Task<ReviewReport> ReviewAsync(string path) =>
        DatasetReview.RunAsync(path, new ReviewOptions(), TestContext.Current.CancellationToken);
}
