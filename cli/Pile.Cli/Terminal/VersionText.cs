using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Pile.Cli.Terminal;

/// <summary>Prints the version, and whether the program is native code or runs in the .NET runtime.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    private const string NativeProgram = "Pile.Native";

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        string version = typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        bool isNative = Assembly.GetEntryAssembly()?.GetName().Name == NativeProgram;
        parseResult.InvocationConfiguration.Output.WriteLine(
            $"{version} ({(isNative ? $"native, {RuntimeInformation.RuntimeIdentifier}" : RuntimeInformation.FrameworkDescription)})");
        return ExitCode.Done;
    }
}
