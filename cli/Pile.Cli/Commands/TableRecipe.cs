using System.Collections.Immutable;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Cli.Commands;

/// <summary>The recipe for <c>--from TABLE</c>.</summary>
internal sealed record TableRecipe
{
    // What the user does not say, the dataset must not claim.
    internal const string NotStated = Provenance.NotStated;

    /// <summary>The start of the keys of a recipe's options.</summary>
    internal const string OptionPrefix = "options.";

    internal string? Ra { get; init; }

    internal string? Dec { get; init; }

    internal string? Id { get; init; }

    internal string? RaUnit { get; init; }

    internal string? Frame { get; init; }

    internal string? Partition { get; init; }

    internal (string Old, string New)[] Renames { get; init; } = [];

    internal string[] Exclude { get; init; } = [];

    internal string[] Only { get; init; } = [];

    internal (string Column, string Type)[] Casts { get; init; } = [];

    internal string? Filter { get; init; }

    /// <summary>The version of the dataset; null for the default.</summary>
    internal string? Version { get; init; }

    internal string? Description { get; init; }

    /// <summary>The standard names of columns, which only a dataset that is continued has.</summary>
    internal ImmutableArray<AliasSchema> Aliases { get; init; } = [];

    internal string? Project { get; init; }

    internal string? Survey { get; init; }

    internal string? Instrument { get; init; }

    internal string? Release { get; init; }

    internal string? Licence { get; init; }

    internal string? Citation { get; init; }

    /// <summary>True to make a row of each STAC item or EO3 document.</summary>
    internal bool IsOfScenes { get; init; }

    /// <summary>The sizes of chips into which scenes are divided; empty for tables and scenes.</summary>
    internal string[] ChipSizes { get; init; } = [];

    internal string? Sensor { get; init; }

    /// <summary>The dataset of scenes that is divided into chips: an address, or a path relative to the recipe; null for files.</summary>
    internal string? SceneDataset { get; init; }

    private string Kind => IsOfScenes ? "stac-scenes" : ChipSizes.Length > 0 ? "stac-chips" : "table";

    /// <summary>Rejects options of tables for scenes and chips.</summary>
    internal void RequireNoTableKeys()
    {
        if (Kind != "table" && (Ra ?? Dec ?? Id ?? RaUnit ?? Frame ?? Partition ?? Filter) is not null
            || (Kind != "table" && Renames.Length + Exclude.Length + Only.Length + Casts.Length > 0))
            throw new UsageException("--chips and --scenes read documents: leave out the options for columns of tables.");
    }

    /// <summary>Returns the text of the recipe.</summary>
    /// <param name="tables">The paths of the tables, relative to the folder of the recipe.</param>
    /// <param name="name">The name of the dataset.</param>
    /// <param name="options">Values of the recipe's options, by keys such as <c>options.order</c>; null if they are set otherwise.</param>
    internal string For(string[] tables, string name, IReadOnlyDictionary<string, string>? options = null)
    {
        YamlText yaml = new();
        yaml.Number("pile", 1L);
        yaml.Text("name", name);
        yaml.Text("version", Version);
        yaml.Text("description", Description);
        yaml.Map("provenance", () =>
        {
            yaml.Text("project", Project ?? NotStated);
            yaml.Text("survey", Survey ?? NotStated);
            yaml.Text("instrument", Instrument ?? NotStated);
            yaml.Text("release", Release ?? NotStated);
        });
        yaml.Text("licence", Licence ?? NotStated);
        yaml.Text("citation", Citation ?? NotStated);
        yaml.Map("source", () =>
        {
            yaml.Text("kind", Kind);
            if (SceneDataset is not null)
                yaml.Text("scenes", SceneDataset);
            else if (tables is [var only])
                yaml.Text(Kind == "table" ? "files" : "items", only);
            else
                Names(Kind == "table" ? "files" : "items", tables);
            yaml.Text("sensor", Sensor);
            if (ChipSizes.Length > 0)
                yaml.Map("chip", () => Names("size", ChipSizes));
            yaml.Text("ra", Ra);
            yaml.Text("dec", Dec);
            yaml.Text("id", Id);
            yaml.Text("ra_unit", RaUnit);
            yaml.Text("frame", Frame);
            yaml.Text("partition", Partition);
            if (Renames.Length > 0)
                yaml.Map("rename", () => Array.ForEach(Renames, rename => yaml.Text(rename.Old, rename.New)));
            Names("exclude", Exclude);
            Names("only", Only);
            if (Casts.Length > 0)
                yaml.Map("cast", () => Array.ForEach(Casts, cast => yaml.Text(cast.Column, cast.Type)));
            yaml.Text("filter", Filter);
        });
        if (!Aliases.IsEmpty)
            yaml.Map("columns", () =>
            {
                foreach (AliasSchema alias in Aliases)
                    yaml.Map(alias.Name, () =>
                    {
                        yaml.Text("native", alias.Native);
                        yaml.Text("expr", alias.Expression);
                        yaml.Text("unit", alias.Unit);
                        yaml.Text("ucd", alias.Ucd);
                        yaml.Text("description", alias.Description);
                    });
            });
        if (options is { Count: > 0 })
            yaml.Map("options", () =>
            {
                foreach ((string key, string value) in options.OrderBy(o => o.Key, StringComparer.Ordinal))
                    Scalar(key[OptionPrefix.Length..], value);
            });
        return yaml.Finish();

        void Scalar(string key, string value)
        {
            if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
                yaml.Number(key, integer);
            else if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
                yaml.Number(key, number);
            else if (bool.TryParse(value, out bool flag))
                yaml.Flag(key, flag);
            else
                yaml.Text(key, value);
        }

        void Names(string key, string[] names)
        {
            if (names.Length > 0)
                yaml.List(key, () => Array.ForEach(names, yaml.TextItem));
        }
    }
}
