using System.Diagnostics;
using System.Runtime.InteropServices;
using Pile.DuckDb.Native;
using Pile.Format;
using Pile.TestKit;

namespace Pile.DuckDb.Tests;

public class LibraryResolverTests
{
    /// <summary>Makes the test process set a resolver for DuckDB.NET, as a program may that uses it too.</summary>
    internal const string ResolverVariable = "PILE_TEST_DUCKDB_RESOLVER";

    [Theory]
    [InlineData("/nowhere/libduckdb.so", "The environment variable PILE_DUCKDB_LIBRARY specifies this file.")]
    [InlineData("libm.so.6", "it is not DuckDB 1.5")]
    public void A_missing_or_wrong_library_is_reported(string path, string finding)
    {
        NativeLibraryMissingException e = Assert.Throws<NativeLibraryMissingException>(
            () => DuckDbLibrary.Load(path, "/", typeof(DuckDbDatabase).Assembly, searchPath: null));
        Assert.Equal(path, e.Library);
        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
        Assert.Contains("The NuGet package DuckDB.NET.Bindings.Full, which Pile.DuckDb references, contains DuckDB 1.5.6 for Linux",
            e.Message, StringComparison.Ordinal);
        Assert.Contains("the environment variable PILE_DUCKDB_LIBRARY", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("make ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // beside the program
    public void A_library_that_cannot_be_loaded_is_reported_with_the_reason_of_the_system(bool isChosen)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["libduckdb.so"], "a download that failed");
        NativeLibraryMissingException e = Assert.Throws<NativeLibraryMissingException>(() => DuckDbLibrary.Load(
            isChosen ? folder["libduckdb.so"] : null, folder.Path, typeof(DuckDbDatabase).Assembly, searchPath: null));
        Assert.Equal(folder["libduckdb.so"], e.Library);
        Assert.Contains("The system cannot load it: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("file too short", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_call_without_the_library_reports_it()
    {
        (int exitCode, string output) = Run(nameof(QueryTests.The_version_is_the_installed_one), DuckDbLibrary.PathVariable,
            "/nowhere/libduckdb.so");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("NativeLibraryMissingException : The native library '/nowhere/libduckdb.so' is missing or not compatible."
            , output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_has_set_a_resolver_for_DuckDB_NET_determines_the_library()
    {
        using TemporaryFolder folder = new();
        File.CreateSymbolicLink(folder["libduckdb.so"], Path.Combine(AppContext.BaseDirectory, "libduckdb.so"));
        (int exitCode, string output) = Run(nameof(QueryTests.The_version_is_the_installed_one), ResolverVariable, folder["libduckdb.so"]);
        Assert.True(exitCode == 0, output);

        (exitCode, output) = Run(nameof(QueryTests.The_version_is_the_installed_one), ResolverVariable, "/nowhere/libduckdb.so");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("/nowhere/libduckdb.so", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_functions_of_both_projects_are_those_of_one_library()
    {
        Assert.NotEmpty(DuckDbDatabase.Version);
        nint beside = NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libduckdb.so"));
        Assert.Equal(beside, DuckDbLibrary.LoadLikeDuckDbNet(explicitPath: null));
        NativeLibraryMissingException e = Assert.Throws<NativeLibraryMissingException>(
            () => DuckDbLibrary.LoadLikeDuckDbNet("/opt/libduckdb.so"));
        Assert.Contains("the program has set a resolver for the libraries of DuckDB.NET. Unset the variable.", e.Message,
            StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output) Run(string test, string variable, string value)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Pile.DuckDb.Tests"),
            ["-method", $"{typeof(QueryTests).FullName}.{test}"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { [variable] = value },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
