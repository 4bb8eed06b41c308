using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Plugins;

/// <summary>Builders from assemblies that are not part of Pile.</summary>
public sealed class PluginTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_plugin_builds_with_its_own_dependency_and_the_contract_of_the_host()
    {
        CSharpCompiler.Compile("""
            namespace Stars;
            public static class Names { public static string Of(string line) => line + "!"; }
            """, folder["Names.dll"]);
        CSharpCompiler.Compile(Builder("""
            public DatasetFacts Facts => new() { Modality = "catalogue" };
            public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken token) =>
                source.Units().ToAsyncEnumerable();
            public async IAsyncEnumerable<RowBatch> ReadAsync(
                SourceUnit unit, BuildContext context, [EnumeratorCancellation] CancellationToken token)
            {
                string id = Stars.Names.Of(await File.ReadAllTextAsync(unit.Files[0], token));
                yield return new Observation { ObjectId = id, RaDeg = 10, DecDeg = 20, Columns = [] }.ToBatch();
            }
            """), folder["Plugin.dll"], [folder["Names.dll"], .. Contract]);
        File.Copy(typeof(IDatasetBuilder).Assembly.Location, folder["Pile.Builders.dll"]); // as builds do; the host's is used
        File.WriteAllText(folder["a.txt"], "s0");

        BuilderRegistry builders = BuilderRegistry.Load(folder["Plugin.dll"]);
        Assert.Equal(["external"], builders.Kinds);
        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.Equal(1, (await BuildRun.RunAsync(Recipe(), builders, folder["out"], cancellationToken: token)).Dataset.Rows);
        Assert.Equal("b's0!'", Python.Run("""
            import glob, h5py, sys
            print(h5py.File(glob.glob(sys.argv[1] + '/main/healpix=*/*.hdf5')[0])['object_id'][0])
            """, folder["out"]).Trim());
    }

    [Fact]
    public void A_file_that_is_not_an_assembly_is_named()
    {
        File.WriteAllText(folder["text.dll"], "text");
        Assert.Equal($"{folder["text.dll"]}: the file is not a .NET assembly. Name the .dll that 'dotnet build' makes of the plug-in.",
            MessageOf("text.dll"));
        Assert.Contains("the plug-in is unreadable", MessageOf("absent.dll"), StringComparison.Ordinal);
        File.CreateSymbolicLink(folder["native.dll"], "/lib/x86_64-linux-gnu/libc.so.6");
        Assert.Contains("the file is not a .NET assembly", MessageOf("native.dll"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_assembly_without_builders_is_named()
    {
        CSharpCompiler.Compile("public class Other;", folder["without.dll"]);
        Assert.Contains("the plug-in has no builders and no indexers", MessageOf("without.dll"), StringComparison.Ordinal);
        CSharpCompiler.Compile("public class Other { public Pile.Builders.Recipe? Recipe; }", folder["almost.dll"], Contract);
        Assert.Contains("the plug-in has no builders and no indexers", MessageOf("almost.dll"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plugin_for_another_version_of_the_contract_names_both()
    {
        CSharpCompiler.Compile("""
            [assembly: System.Reflection.AssemblyVersion("0.99.0.0")]
            namespace Pile.Builders { public interface IDatasetBuilder; }
            """, folder["Pile.Builders.dll"]);
        CSharpCompiler.Compile("public class Other : Pile.Builders.IDatasetBuilder;", folder["other.dll"], folder["Pile.Builders.dll"]);
        string version = typeof(IDatasetBuilder).Assembly.GetName().Version!.ToString(3);
        Assert.Equal($"{folder["other.dll"]}: the plug-in is built for version 0.99.0 of Pile.Builders, but this is version {version}. "
            + $"Build it again with package Pile.Builders {version}.", MessageOf("other.dll"));
    }

    [Fact]
    public void A_plugin_that_lacks_a_member_of_the_contract_does_not_fit()
    {
        Version version = typeof(IDatasetBuilder).Assembly.GetName().Version!;
        CSharpCompiler.Compile($$"""
            [assembly: System.Reflection.AssemblyVersion("{{version}}")]
            namespace Pile.Builders { public interface IDatasetBuilder { void Build(); } }
            """, folder["Pile.Builders.dll"]);
        CSharpCompiler.Compile("public class Old : Pile.Builders.IDatasetBuilder { public void Build() { } }",
            folder["old.dll"], folder["Pile.Builders.dll"]);
        Assert.Contains($"the plug-in does not fit this version of Pile.Builders, {version.ToString(3)}: ",
            MessageOf("old.dll"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[ModuleInitializer] internal static void Start() => throw new FormatException(\"no\\nsettings\");")]
    [InlineData("static readonly int Start = int.Parse(\"no\") + Fail(); static int Fail() => 0;")]
    public void A_plugin_that_throws_while_loading_reports_the_exception(string member)
    {
        CSharpCompiler.Compile(Builder(Nothing + member), folder["throws.dll"], Contract);
        Assert.StartsWith($"{folder["throws.dll"]}: the plug-in failed while loading with FormatException: ",
            MessageOf("throws.dll"), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', MessageOf("throws.dll"));
    }

    [Fact]
    public void A_plugin_without_one_of_its_dependencies_names_it()
    {
        CSharpCompiler.Compile("namespace Stars; public class Base;", folder["Names.dll"]);
        CSharpCompiler.Compile(Builder(Nothing) + "public class Derived : Stars.Base;",
            folder["alone.dll"], [folder["Names.dll"], .. Contract]);
        File.Delete(folder["Names.dll"]);
        Assert.Contains("the plug-in failed while loading with FileNotFoundException: Could not load file or assembly 'Names,",
            MessageOf("alone.dll"), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_builders_with_the_same_name_are_both_named()
    {
        CSharpCompiler.Compile(Builder(Nothing), folder["one.dll"], Contract);
        CSharpCompiler.Compile(Builder(Nothing), folder["two.dll"], Contract);
        BuilderRegistry one = BuilderRegistry.Load(folder["one.dll"]), two = BuilderRegistry.Load(folder["two.dll"]);
        Assert.StartsWith("Two builders are called 'external': External of one and External of two. Rename one of them.",
            Assert.Throws<ArgumentException>(() => one.With(two)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_with_the_attribute_that_is_not_a_builder_is_named()
    {
        CSharpCompiler.Compile("[Pile.Builders.DatasetBuilder(\"x\")] public class Nothing;", folder["nothing.dll"], Contract);
        Assert.Contains("The class 'Nothing' has a DatasetBuilderAttribute, but is not a builder",
            Assert.Throws<ArgumentException>(() => BuilderRegistry.Load(folder["nothing.dll"])).Message, StringComparison.Ordinal);
    }

    private static string[] Contract => [typeof(IDatasetBuilder).Assembly.Location, typeof(RowBatch).Assembly.Location];

    private const string Nothing = """
        public DatasetFacts Facts => new() { Modality = "catalogue" };
        public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken token) => AsyncEnumerable.Empty<SourceUnit>();
        public IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, CancellationToken token) =>
            AsyncEnumerable.Empty<RowBatch>();

        """;

    private static string Builder(string members) => $$"""
        using System; using System.Collections.Generic; using System.IO; using System.Linq;
        using System.Runtime.CompilerServices; using System.Threading;
        using Pile.Builders; using Pile.Format;

        [DatasetBuilder("external")]
        public class External(RecipeSource source) : IDatasetBuilder
        {
            internal RecipeSource Source => source;
            {{members}}
        }

        """;

    private string MessageOf(string plugin) => Assert.Throws<SourceUnreadableException>(() => BuilderRegistry.Load(folder[plugin])).Message;

    private Recipe Recipe() => RecipeReader.Read($"""
        pile: 1
        name: stars
        provenance: {"{ project: p, survey: s, instrument: i, release: r }"}
        licence: CC0-1.0
        citation: none
        source: {"{ kind: external, files: '*.txt' }"}
        """, "recipe.yaml", folder.Path);
}
