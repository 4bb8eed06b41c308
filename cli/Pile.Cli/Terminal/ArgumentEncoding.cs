using System.Text;

namespace Pile.Cli.Terminal;

/// <summary>Finds arguments that are not valid UTF-8: .NET replaces their bytes, so that files with other names would be written.</summary>
internal static class ArgumentEncoding
{
    private const char Replacement = '\uFFFD';
    private const string CommandLine = "/proc/self/cmdline";

    /// <summary>Returns the error of the first argument that is not valid UTF-8; null if all are.</summary>
    internal static string? ErrorOf(string[] arguments)
    {
        if (Array.Find(arguments, a => a.Contains(Replacement, StringComparison.Ordinal)) is not { } found || !IsInvalid())
            return null;
        return $"the argument '{found}' is not valid UTF-8. Rename the file, or use another name.";
    }

    // An argument may also contain the character itself.
    private static bool IsInvalid()
    {
        try
        {
            UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return strict.GetCharCount(File.ReadAllBytes(CommandLine)) < 0; // throws if it is not valid
        }
        catch (DecoderFallbackException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // the system does not have this file
        }
    }
}
