namespace Pile.Cli.Tests;

/// <summary>What a test requires of a run of the program.</summary>
internal static class RequiredResults
{
    /// <summary>Requires success.</summary>
    internal static ProgramResult Done(ProgramResult result)
    {
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}\n{result.Error}");
        return result;
    }

    /// <summary>Requires an error of a few lines without a stack trace, and returns it.</summary>
    internal static string Error(ProgramResult result, int exitCode)
    {
        Assert.True(result.ExitCode == exitCode, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        Assert.Equal("", result.Output);
        Assert.InRange(result.ErrorLines.Length, 1, 3);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        return result.Error;
    }
}
