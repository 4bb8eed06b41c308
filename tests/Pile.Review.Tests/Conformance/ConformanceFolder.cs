using System.Text;
using Pile.Format.Yaml;
using Pile.Review.Tests.Validation;
using Pile.TestKit;

namespace Pile.Review.Tests.Conformance;

/// <summary>The folder format-spec/conformance/v1: its layout, and how it is generated.</summary>
internal static class ConformanceFolder
{
    internal static string Path { get; } = System.IO.Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1");

    /// <summary>The entry of an invalid dataset in expected.yaml.</summary>
    internal sealed record Expected(string Name, string Base, string[] Remove, string[] Shallow, string[] Deep, string[] May);

    internal static string Valid(string name) => System.IO.Path.Combine(Path, "valid", name);

    internal static IReadOnlyList<string> ValidNames() => Strings(Root().Required("valid"));

    internal static IReadOnlyList<Expected> Invalid() => [.. Root().Required("invalid").AsList().Items.Select(i => i.AsMap()).Select(m =>
        new Expected(m.Text("name"), m.Text("base"), m.TryFind("remove", out YamlNode? remove) ? Strings(remove) : [],
            Strings(m.Required("shallow")), Strings(m.Required("deep")), m.TryFind("may", out YamlNode? may) ? Strings(may) : []))];

    /// <summary>Assembles an invalid dataset as described in the README.</summary>
    internal static MutableDataset Assemble(Expected expected)
    {
        MutableDataset dataset = new(Valid(expected.Base));
        foreach (string path in expected.Remove)
            dataset.Delete(path);
        string overlay = System.IO.Path.Combine(Path, "invalid", expected.Name);
        if (Directory.Exists(overlay))
            MutableDataset.Copy(overlay, dataset.Path);
        return dataset;
    }

    /// <summary>Generates the datasets that the folder lacks, and expected.yaml. Those that exist keep their bytes, as readers of all
    /// versions must read them.</summary>
    internal static async Task MakeAsync()
    {
        foreach ((string name, Func<string, Task> build) in ValidDatasets.All)
            if (!Directory.Exists(Valid(name)))
                await build(Valid(name));
        StringBuilder yaml = new("# What a validator must find; see README.md. Made by tests/Pile.Review.Tests/Conformance.\nvalid: ");
        yaml.Append($"[{string.Join(", ", ValidDatasets.All.Select(v => v.Name))}]\ninvalid:\n");
        foreach (InvalidDataset invalid in InvalidDataset.All)
        {
            using MutableDataset dataset = new(Valid(invalid.Base));
            invalid.Damage(dataset);
            string[] removed = Overlay(invalid, dataset);
            yaml.Append($"  - name: {invalid.Name}\n    base: {invalid.Base}\n    says: \"{invalid.Description}\"\n");
            if (removed.Length > 0)
                yaml.Append($"    remove: [{string.Join(", ", removed)}]\n");
            yaml.Append($"    shallow: [{string.Join(", ", invalid.Shallow)}]\n    deep: [{string.Join(", ", invalid.Deep)}]\n");
            if (invalid.May.Length > 0)
                yaml.Append($"    may: [{string.Join(", ", invalid.May)}]\n");
        }
        File.WriteAllText(System.IO.Path.Combine(Path, "expected.yaml"), yaml.ToString());
    }

    /// <summary>Keeps the files that differ from the base, and returns those that were deleted.</summary>
    private static string[] Overlay(InvalidDataset invalid, MutableDataset dataset)
    {
        string original = Valid(invalid.Base), overlay = System.IO.Path.Combine(Path, "invalid", invalid.Name);
        foreach (string path in Directory.Exists(overlay) ? [] : dataset.Files())
        {
            string before = System.IO.Path.Combine(original, path), after = System.IO.Path.Combine(overlay, path);
            if (File.Exists(before) && File.ReadAllBytes(before).AsSpan().SequenceEqual(File.ReadAllBytes(dataset[path])))
                continue;
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(after)!);
            File.Copy(dataset[path], after);
        }
        return [.. Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(original, f)).Except(dataset.Files()).Order(StringComparer.Ordinal)];
    }

    private static YamlMap Root() =>
        YamlReader.Read(File.ReadAllText(System.IO.Path.Combine(Path, "expected.yaml")), "expected.yaml").AsMap();

    private static string[] Strings(YamlNode node) => [.. node.AsList().Items.Select(i => i.AsScalar().Text)];
}
