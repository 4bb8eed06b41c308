using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pile.CrossMatch.Tests.Matching;

/// <summary>Processors with less take other routes, to the same pairs: some of the thousand skies again, in processes that may not use what
/// this one has.</summary>
public class OtherProcessorsTests
{
    private const string TakenAway = "PILE_TAKEN_AWAY", Avx512 = "EnableAVX512", Avx2AndBmi2 = "EnableAVX2",
        Everything = "EnableHWIntrinsic";

    // The runtime's names; it knows no way to take BMI2 away and leave AVX2.
    [Theory]
    [InlineData(Avx512)]
    [InlineData(Avx2AndBmi2)]
    [InlineData(Everything)]
    public void Pairs_are_the_same_without(string feature)
    {
        if (!Avx2.IsSupported)
            return; // a child of this process, or a processor on which it makes no difference
        ProcessStartInfo start = new(Environment.ProcessPath!,
            ["-method", $"{typeof(ThousandSkiesTests).FullName}.*", "-method",
                $"{typeof(OtherProcessorsTests).FullName}.{nameof(What_was_taken_away_is_gone)}", "-parallel",
                "none"])
        { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[$"DOTNET_{feature}"] = "0";
        start.Environment[TakenAway] = feature;
        start.Environment[ThousandSkiesTests.CountVariable] = "33"; // each radius three times, in each of four tests
        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0 && !output.Contains("Total: 1,", StringComparison.Ordinal)
            && output.Contains("Failed: 0", StringComparison.Ordinal), $"without {feature}:\n{output}");
    }

    // Names change from one runtime to the next, and one that it does not know it passes over.
    [Fact]
    public void What_was_taken_away_is_gone()
    {
        string? feature = Environment.GetEnvironmentVariable(TakenAway);
        Assert.True(feature is null || !Vector512.IsHardwareAccelerated, feature);
        Assert.True(feature is null or Avx512 || !(Vector256.IsHardwareAccelerated || Bmi2.X64.IsSupported), feature);
        Assert.True(feature != Everything || !Vector128.IsHardwareAccelerated, feature);
        Assert.True(feature != Avx512 || (Vector256.IsHardwareAccelerated && Bmi2.X64.IsSupported), feature);
    }
}
