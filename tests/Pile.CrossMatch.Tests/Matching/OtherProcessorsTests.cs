using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace Pile.CrossMatch.Tests.Matching;

/// <summary>Processors with less take other routes, to the same pairs: some of the thousand skies again, in processes that may not use what this one has.</summary>
public class OtherProcessorsTests
{
    [Theory]
    [InlineData("EnableAVX512F")]
    [InlineData("EnableBMI2")]
    [InlineData("EnableAVX2")]
    [InlineData("EnableHWIntrinsic")]
    public void Pairs_are_the_same_without(string feature)
    {
        if (!Avx2.IsSupported)
            return; // a child of this process, or a processor on which it makes no difference
        ProcessStartInfo start = new(Environment.ProcessPath!, ["-class", typeof(ThousandSkiesTests).FullName!, "-parallel", "none"]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[$"DOTNET_{feature}"] = "0";
        start.Environment[ThousandSkiesTests.CountVariable] = "33"; // each radius three times, in each of four tests
        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0 && output.Contains("Failed: 0", StringComparison.Ordinal), $"without {feature}:\n{output}");
    }
}
