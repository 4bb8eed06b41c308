namespace Pile.Bench.Harness;

/// <summary>Compiles the program for other processors than this one.</summary>
internal static class NativeBuild
{
    /// <summary>Compiles the program, which takes one to two minutes.</summary>
    /// <param name="instructions">The instruction set, such as <c>x86-64-v3</c>.</param>
    /// <returns>The path of the program, in the folder of work files.</returns>
    internal static string Of(string instructions)
    {
        Progress.Say($"  compiling the program for {instructions}");
        string folder = Folders.Work("native", instructions);
        ProgramRun.Run("dotnet", "publish", "cli/Pile.Native", "-c", "Release", "--no-restore", "-p:BuildProjectReferences=false",
            $"-p:IlcInstructionSet={instructions}", "-o", folder, "-v", "quiet", "-nologo");
        return Path.Combine(folder, "Pile.Native");
    }
}
