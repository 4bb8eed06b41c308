using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Loads libduckdb and the library of hashes on an idle core, while a short process reads its command line.</summary>
internal static class LibraryLoading
{
    /// <summary>Starts to load them.</summary>
    internal static void Start()
    {
        if (Environment.ProcessorCount > 1)
            new Thread(Load) { IsBackground = true, Name = "library loading" }.Start();
    }

    private static void Load()
    {
        try
        {
            _ = DuckDbDatabase.Version;
        }
        catch (Exception e) when (e is NativeLibraryMissingException or DllNotFoundException or TypeInitializationException)
        {
            // The first use reports it.
        }
        SHA256.HashData([]);
    }
}
