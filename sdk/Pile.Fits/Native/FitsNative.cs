using System.Runtime.InteropServices;
using System.Text;

namespace Pile.Fits.Native;

/// <summary>cfitsio 4.2, by the short names that the library exports. The status
/// is passed in and out: a call with a nonzero status does nothing.</summary>
internal static unsafe partial class FitsNative
{
    internal const int ReadOnlyMode = 0;
    // WRITE_ERROR, END_OF_FILE, READ_ERROR and FILE_NOT_CLOSED of fitsio.h
    internal const int WriteError = 106, EndOfFile = 107, ReadError = 108, CloseError = 110;
    private const int MessageBytes = 81;

    static FitsNative() => NativeLibraries.EnsureResolved();

    // "disk": the name is taken literally
    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffdkopn", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(out FitsFileHandle file, string path, int mode, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffclos")]
    internal static partial int Close(nint file, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffdelt")]
    internal static partial int Delete(nint file, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffgerr")]
    private static partial void StatusText(int status, byte* text);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffgmsg")]
    private static partial int NextMessage(byte* message);

    /// <summary>Returns and clears cfitsio's error: the text of the status, then its stack of messages, oldest first.</summary>
    /// <remarks>There is one stack per process: if several threads fail at once, a message
    /// may concern another file. The status always belongs to this call.</remarks>
    internal static string Describe(int status)
    {
        byte* buffer = stackalloc byte[MessageBytes];
        StatusText(status, buffer);
        string text = $"{Text(buffer).Trim()} (cfitsio status {status})";
        // A full disk is reported for every buffer with the same message.
        List<string> messages = [];
        bool isContinued = false;
        while (NextMessage(buffer) != 0)
        {
            string message = Text(buffer);
            if (isContinued)
                messages[^1] += message;
            else
                messages.Add(message);
            isContinued = message.Length == MessageBytes - 1; // cfitsio splits longer messages
        }
        return string.Join("; ", messages.Select(m => m.Trim()).Distinct().Prepend(text));

        static string Text(byte* bytes) => Encoding.Latin1.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(bytes));
    }
}
