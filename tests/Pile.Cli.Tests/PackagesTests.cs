using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The packages as users install them: from a local feed, in folders outside of this repository.</summary>
public sealed class PackagesTests(PackagesTests.Feed feed) : IClassFixture<PackagesTests.Feed>
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(false)]
    [InlineData(true, Traits = ["Run", "Long"])]
    public void The_example_of_the_readme_runs_from_the_package_and_published(bool isPublished)
    {
        string app = Directory.CreateDirectory(feed.Folder[$"{isPublished}/app"]).FullName;
        PileProgram.Run("build", Path.Combine(TestPaths.Root, "examples", "demo", "sdss.yaml"), "--out", Path.Combine(app, "data", "sdss"));
        PileProgram.Run("build", "--from", TestPaths.Data("catalog/gaia_results.fits"), "--out", Path.Combine(app, "data", "gaia"));
        feed.Run(app, "dotnet", "new", "console", "--no-restore");
        feed.Run(app, "dotnet", "add", "package", "Pile", "--prerelease");
        feed.Run(app, "bash", "-c", Documents.ScriptOf("README.md"));

        if (!isPublished)
        {
            Assert.Contains("wavelengths, verified", feed.Run(app, "dotnet", "run"), StringComparison.Ordinal);
            return;
        }
        feed.Run(app, "dotnet", "publish", "--output", feed.Folder["published"]);
        Assert.Contains("wavelengths, verified", feed.Run(app, feed.Folder["published/app"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tool_is_the_command_pile()
    {
        feed.Run(feed.Folder.Path, "dotnet", "tool", "install", "Pile.Tool", "--prerelease", "--tool-path", feed.Folder["tool"]);
        Assert.Equal(PileProgram.Run("--version").Output.Trim(), feed.Run(feed.Folder.Path, feed.Folder["tool/pile"], "--version").Trim());
        string table = feed.Folder["t.csv"];
        File.WriteAllText(table, "id,ra,dec\n1,10,20\n");
        feed.Run(feed.Folder.Path, feed.Folder["tool/pile"], "build", "--from", table, "--out", feed.Folder["t"]);
        Assert.StartsWith("[{\"object_id\":1,\"ra\":10.0,",
            feed.Run(feed.Folder.Path, feed.Folder["tool/pile"], "query", feed.Folder["t"], "--json"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Run", "Long")]
    public void The_guide_to_builders_runs_from_the_template()
    {
        string output = feed.Run(Directory.CreateDirectory(feed.Folder["guide"]).FullName, "bash", "-c",
            Documents.ScriptOf("docs/builders.md"));
        Assert.Contains("Passed!  - Failed:     0, Passed:     2,", output, StringComparison.Ordinal);
        Assert.Contains("valid: 4 rows, 0 errors, 0 warnings", output, StringComparison.Ordinal);
        Assert.Contains("valid: 2 rows, 0 errors, 0 warnings", output, StringComparison.Ordinal);
        Assert.Contains("flat.txt,,no points", output, StringComparison.Ordinal);
        Assert.Contains("\"rows\":4,", output, StringComparison.Ordinal); // the build with the SDK
    }

    [Fact]
    [Trait("Run", "Long")]
    public void A_template_without_its_packages_fails_with_the_name_of_the_source()
    {
        string project = Directory.CreateDirectory(feed.Folder["offline"]).FullName;
        feed.Run(project, "dotnet", "new", "install", "Pile.Templates", "--force");
        feed.Run(project, "dotnet", "new", "pile-builder", "-o", ".", "--force");
        File.WriteAllText(Path.Combine(project, "nuget.config"), """
            <configuration>
              <packageSources><clear />
                <add key="pile" value="http://127.0.0.1:9/v3/index.json" allowInsecureConnections="true" /></packageSources>
            </configuration>
            """);
        string output = feed.Fail(project, "dotnet", "restore", "src", "--packages", feed.Folder["nothing"]);
        Assert.Contains("error NU1301: Unable to load the service index for source http://127.0.0.1:9/v3/index.json", output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_package_has_a_readme_tags_and_symbols()
    {
        string[] packages = Directory.GetFiles(feed.Packages, "*.nupkg");
        Assert.True(packages.Length >= 20, $"{packages.Length} packages");
        foreach (string path in packages)
        {
            using ZipArchive package = ZipFile.OpenRead(path);
            XElement metadata =
                XDocument.Load(package.Entries.Single(e => e.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open()).Root!.Elements()
                    .First();
            foreach (string element in (string[])["readme", "tags", "description", "license"])
                Assert.True(metadata.Elements().Any(e => e.Name.LocalName == element && e.Value.Length > 0), $"{path}: {element}");
            if (Path.GetFileName(path).StartsWith("Pile.Templates.", StringComparison.Ordinal))
                continue; // has no assemblies
            using ZipArchive symbols = ZipFile.OpenRead(Path.ChangeExtension(path, ".snupkg"));
            Assert.Contains(symbols.Entries, e => e.Name.EndsWith(".pdb", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Packages_depend_on_exact_versions_of_each_other()
    {
        foreach (string path in Directory.GetFiles(feed.Packages, "*.nupkg"))
        {
            using ZipArchive package = ZipFile.OpenRead(path);
            using Stream nuspec = package.Entries.Single(e => e.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
            XDocument document = XDocument.Load(nuspec);
            string version = document.Descendants().Single(e => e.Name.LocalName == "version").Value;
            Assert.All(
                document.Descendants().Where(e => e.Name.LocalName == "dependency"
                    && e.Attribute("id")!.Value.StartsWith("Pile", StringComparison.Ordinal)),
                dependency => Assert.Equal($"[{version}]", dependency.Attribute("version")!.Value));
        }
    }

    [Fact]
    public void The_package_of_DuckDb_depends_on_the_library_of_every_platform()
    {
        using ZipArchive package = ZipFile.OpenRead(Directory.GetFiles(feed.Packages, "Pile.DuckDb.*.nupkg").Single());
        using Stream text = package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        XElement dependency = XDocument.Load(text).Descendants().Single(e => e.Name.LocalName == "dependency"
            && e.Attribute("id")?.Value == "DuckDB.NET.Bindings.Full");
        Assert.DoesNotContain("Native", dependency.Attribute("exclude")?.Value ?? "", StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(package.Entries, e => e.Name == "libduckdb.so");
    }

    /// <summary>The packages of this build, with settings of NuGet that use only them and, for dependencies, the packages on this
    /// machine.</summary>
    public sealed class Feed : IDisposable
    {
        public Feed()
        {
            Run(TestPaths.Root, Path.Combine(TestPaths.Root, "eng", "pack.sh"),
                new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, Packages);
            File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Folder["bin"]).FullName, "pile"), PileProgram.Path);
            string known = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            File.WriteAllText(Folder["nuget.config"], $"""
                <configuration>
                  <config><add key="globalPackagesFolder" value="{Folder["nuget"]}" /></config>
                  <packageSources><clear /><add key="pile" value="{Packages}" /></packageSources>
                  <fallbackPackageFolders><clear /><add key="known" value="{known}" /></fallbackPackageFolders>
                </configuration>
                """);
        }

        internal TemporaryFolder Folder { get; } = new();

        internal string Packages => Folder["packages"];

        /// <summary>Runs a command that must succeed.</summary>
        /// <returns>The output.</returns>
        internal string Run(string folder, string command, params string[] arguments)
        {
            (int exitCode, string output) = RunToEnd(folder, command, arguments);
            Assert.True(exitCode == 0, $"{command} {string.Join(' ', arguments)}\n{output}");
            return output;
        }

        /// <summary>Runs a command that must fail.</summary>
        /// <returns>The output.</returns>
        internal string Fail(string folder, string command, params string[] arguments)
        {
            (int exitCode, string output) = RunToEnd(folder, command, arguments);
            Assert.True(exitCode != 0, $"{command} {string.Join(' ', arguments)}\n{output}");
            return output;
        }

        private (int ExitCode, string Output) RunToEnd(string folder, string command, string[] arguments)
        {
            ProcessStartInfo start = new(command, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false", ["DOTNET_CLI_HOME"] = Folder.Path,
                    ["DOTNET_NOLOGO"] = "1", ["CI"] = "" },
            };
            start.Environment.Remove("NUGET_PACKAGES");
            start.Environment["PATH"] = $"{Folder["bin"]}:{start.Environment["PATH"]}"; // the command pile
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            Assert.True(process.WaitForExit(LongestRun), $"{command} does not end");
            return (process.ExitCode, process.ExitCode == 0 ? output.Result : $"{output.Result}\n{error.Result}");
        }

        public void Dispose() => Folder.Dispose();
    }
}
