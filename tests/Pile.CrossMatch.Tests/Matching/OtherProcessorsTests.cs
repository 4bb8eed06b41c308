using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pile.CrossMatch.Tests.Matching;

/// <summary>The code for processors without newer instruction sets finds the same pairs: some small skies are matched in
/// processes with disabled instruction sets.</summary>
public class OtherProcessorsTests
{
    private const string TakenAway = "PILE_TAKEN_AWAY", Avx512 = "EnableAVX512", Avx2AndBmi2 = "EnableAVX2",
        Everything = "EnableHWIntrinsic";

    // The names of the runtime, which cannot disable BMI2 without AVX2.
    [Theory]
    [InlineData(Avx512, Traits = ["Run", "Long"])]
    [InlineData(Avx2AndBmi2, Traits = ["Run", "Long"])]
    [InlineData(Everything, Traits = ["Run", "Long"])]
    public void Pairs_are_the_same_without(string feature)
    {
        if (!Avx2.IsSupported)
            return; // a child of this process, or a processor without the feature
        ProcessStartInfo start = new(Environment.ProcessPath!,
            ["-method", $"{typeof(SmallSkiesTests).FullName}.*", "-method",
                $"{typeof(OtherProcessorsTests).FullName}.{nameof(A_disabled_instruction_set_is_unavailable)}", "-parallel",
                "none"])
        { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[$"DOTNET_{feature}"] = "0";
        start.Environment[TakenAway] = feature;
        start.Environment[SmallSkiesTests.CountVariable] = "11"; // each radius, in each test
        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0 && !output.Contains("Total: 1,", StringComparison.Ordinal)
            && output.Contains("Failed: 0", StringComparison.Ordinal), $"without {feature}:\n{output}");
    }

    // Names may change between versions of the runtime, which ignores unknown ones.
    [Fact]
    public void A_disabled_instruction_set_is_unavailable()
    {
        string? feature = Environment.GetEnvironmentVariable(TakenAway);
        Assert.True(feature is null || !Vector512.IsHardwareAccelerated, feature);
        Assert.True(feature is null or Avx512 || !(Vector256.IsHardwareAccelerated || Bmi2.X64.IsSupported), feature);
        Assert.True(feature != Everything || !Vector128.IsHardwareAccelerated, feature);
        Assert.True(feature != Avx512 || (Vector256.IsHardwareAccelerated && Bmi2.X64.IsSupported), feature);
    }
}
