using System.Runtime.InteropServices;
using Pile.Codecs.Native;
using Pile.Fits.Native;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tests;

/// <summary>Names of library files and packages by distribution.</summary>
/// <remarks>Those of Debian 12 are installed by <c>make setup</c>; the others were not compared with package archives.</remarks>
public sealed class SystemLibraryTests
{
    private static readonly Dictionary<string, SystemLibrary> Libraries = new()
    {
        ["cfitsio"] = NativeLibraries.CfitsioFiles,
        ["wcslib"] = NativeLibraries.WcslibFiles,
        ["deflate"] = DeflateNative.Files,
    };

    [Theory]
    [InlineData("cfitsio", "libcfitsio.so.10", "debian", "12", "apt-get install libcfitsio10")]
    [InlineData("cfitsio", "libcfitsio.so.10", "debian", "13", "apt-get install libcfitsio10t64")]
    [InlineData("cfitsio", "libcfitsio.so.9", "ubuntu", "22.04", "apt-get install libcfitsio9")]
    [InlineData("cfitsio", "libcfitsio.so.10", "ubuntu", "24.04", "apt-get install libcfitsio10t64")]
    [InlineData("cfitsio", "libcfitsio.so.10", "fedora", "42", "dnf install cfitsio")]
    [InlineData("cfitsio", "libcfitsio.so.10", "conda", "", "conda install -c conda-forge cfitsio")]
    [InlineData("wcslib", "libwcs.so.7", "debian", "12", "apt-get install libwcs7")]
    [InlineData("wcslib", "libwcs.so.8", "debian", "13", "apt-get install libwcs8")]
    [InlineData("wcslib", "libwcs.so.7", "ubuntu", "22.04", "apt-get install libwcs7")]
    [InlineData("wcslib", "libwcs.so.8", "ubuntu", "24.04", "apt-get install libwcs8")]
    [InlineData("wcslib", "libwcs.so.8", "fedora", "42", "dnf install wcslib")]
    [InlineData("wcslib", "libwcs.so.8", "conda", "", "conda install -c conda-forge wcslib")]
    [InlineData("deflate", "libdeflate.so.0", "debian", "12", "apt-get install libdeflate0")]
    [InlineData("deflate", "libdeflate.so.0", "fedora", "42", "dnf install libdeflate")]
    [InlineData("deflate", "libdeflate.so.0", "conda", "", "conda install -c conda-forge libdeflate")]
    public void The_library_file_of_a_distribution_is_found_and_its_package_is_named(string name, string file, string id, string version,
        string command)
    {
        SystemLibrary library = Libraries[name];
        using TemporaryFolder folder = new();
        string stub = Stub(folder, file);
        Assert.Equal(NativeLibrary.Load(stub), library.Load(null, ["/nowhere", folder.Path]));

        string advice = library.Packages.InstallAdvice([$"ID={id}", $"VERSION_ID=\"{version}\""], id == "conda" ? "/opt/conda" : null);
        Assert.EndsWith(command, advice, StringComparison.Ordinal);
    }

    // A native program frees the handle that a thread has resolved if another thread was faster.
    [Fact]
    public void Each_load_of_a_library_is_a_reference_of_its_own()
    {
        using TemporaryFolder folder = new();
        string stub = Stub(folder, "libcounted.so");
        SystemLibrary library = new()
        {
            Name = "counted",
            Variable = "PILE_COUNTED_LIBRARY",
            FileNames = [stub],
            Packages = DeflateNative.Files.Packages,
        };
        nint kept = library.Load();
        NativeLibrary.Free(library.Load());
        Assert.Contains(stub, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
        NativeLibrary.Free(kept);
        Assert.DoesNotContain(stub, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ID=linuxmint|ID_LIKE=\"ubuntu debian\"|VERSION_ID=\"22\"", "libcfitsio10, libcfitsio10t64, libcfitsio9")]
    [InlineData("ID=\"rocky\"|ID_LIKE=\"rhel centos fedora\"|VERSION_ID=\"9.4\"", "sudo dnf install cfitsio")]
    [InlineData("ID=arch", "'cfitsio' in Fedora")]
    [InlineData("", "conda install -c conda-forge cfitsio")]
    public void An_unknown_distribution_gets_the_advice_of_the_nearest_one(string release, string advice) =>
        Assert.Contains(advice, NativeLibraries.CfitsioFiles.Packages.InstallAdvice(release.Split('|'), ""), StringComparison.Ordinal);

    [Fact]
    public void The_file_of_the_variable_replaces_the_installed_one()
    {
        using TemporaryFolder folder = new();
        string installed = Stub(folder, "libdeflate.so.0"), chosen = Stub(folder, "mine.so");
        Assert.Equal(NativeLibrary.Load(chosen), DeflateNative.Files.Load(chosen, [folder.Path]));
        Assert.Equal(NativeLibrary.Load(installed), DeflateNative.Files.Load("", [folder.Path]));
    }

    [Fact]
    public void A_file_of_the_variable_that_does_not_load_is_an_error()
    {
        using TemporaryFolder folder = new();
        Stub(folder, "libdeflate.so.0");
        string chosen = Path.Combine(folder.Path, "text.so");
        File.WriteAllText(chosen, "not a library");
        NativeLibraryMissingException e =
            Assert.Throws<NativeLibraryMissingException>(() => DeflateNative.Files.Load(chosen, [folder.Path]));
        Assert.Equal(chosen, e.Library);
        Assert.Contains("PILE_DEFLATE_LIBRARY", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_optional_library_is_used_if_it_is_found_or_specified()
    {
        using TemporaryFolder folder = new();
        Assert.False(DeflateNative.Files.IsInstalled(null, [folder.Path]));
        Assert.True(DeflateNative.Files.IsInstalled("/nowhere/mine.so", [folder.Path])); // loading it is an error
        Stub(folder, "libdeflate.so.0");
        Assert.True(DeflateNative.Files.IsInstalled("", [folder.Path]));
    }

    [Fact]
    public void A_missing_library_is_an_error_that_names_files_and_variable()
    {
        using TemporaryFolder folder = new();
        NativeLibraryMissingException e =
            Assert.Throws<NativeLibraryMissingException>(() => NativeLibraries.WcslibFiles.Load(null, [folder.Path]));
        Assert.Contains("libwcs.so.8, libwcs.so.7", e.Message, StringComparison.Ordinal);
        Assert.Contains("PILE_WCS_LIBRARY", e.Message, StringComparison.Ordinal);
    }

    // Any library that loads, here one of the .NET runtime.
    private static string Stub(TemporaryFolder folder, string name)
    {
        string path = Path.Combine(folder.Path, name);
        File.Copy(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so"), path);
        return path;
    }
}
