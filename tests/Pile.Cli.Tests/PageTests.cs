using System.Diagnostics;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Pages in a browser: console errors, overflow, contrast, and axe-core's rules of accessibility.</summary>
public sealed class PageTests(BuiltDatasets built) : IDisposable
{
    private const int WithoutChromium = 3;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pages_have_no_errors_fit_into_windows_and_are_accessible()
    {
        PileProgram.RunToJson("plot", built.Spectra, "--limit", "2", "--out", folder["plot.html"]);
        PileProgram.RunToJson("review", built.Cutouts, "--out", folder["review.html"]);
        string schemas = Path.Combine(TestPaths.Root, "tests", "schemas");
        using Process node = Process.Start(new ProcessStartInfo("node",
            [Path.Combine(schemas, "pages.mjs"), folder["plot.html"], folder["review.html"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        Task<string> errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string problems = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(node.ExitCode == WithoutChromium, await errors);
        Assert.True(node.ExitCode == 0, problems + await errors);
        Assert.Contains("review.html\": []", problems, StringComparison.Ordinal);
    }
}
