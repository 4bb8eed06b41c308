using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Pile.Stac;

/// <summary>Chooses assets of scenes by their keys.</summary>
internal sealed class AssetSelection
{
    private const int LongestGlob = 200;
    private readonly ImmutableArray<Regex> include, exclude;

    /// <summary>Creates a selection.</summary>
    /// <param name="include">Globs over the keys: <c>*</c> is any text, <c>?</c> one character, <c>[ab]</c> one of several. Case matters.
    /// Empty to include every asset.</param>
    /// <param name="exclude">Globs of assets to leave out; they win.</param>
    /// <exception cref="ArgumentException">A glob is empty, too long, or has an open bracket.</exception>
    internal AssetSelection(IEnumerable<string> include, IEnumerable<string> exclude) =>
        (this.include, this.exclude) = ([.. include.Select(Glob)], [.. exclude.Select(Glob)]);

    /// <summary>Every asset.</summary>
    internal static AssetSelection All { get; } = new([], []);

    /// <summary>Returns true if an asset with this key is chosen.</summary>
    internal bool Includes(string key) =>
        (include.IsEmpty || include.Any(g => g.IsMatch(key))) && !exclude.Any(g => g.IsMatch(key));

    /// <summary>Returns a scene with the chosen assets only.</summary>
    /// <exception cref="SceneInvalidException">No asset is left. The message lists the keys of the scene.</exception>
    internal Scene Apply(Scene scene)
    {
        if (include.IsEmpty && exclude.IsEmpty)
            return scene;
        ImmutableArray<SceneAsset> chosen = [.. scene.Assets.Where(a => Includes(a.Key))];
        return chosen.IsEmpty ? throw new SceneInvalidException(SceneProblem.NoAssets, scene.Source, scene.Index, scene.Id, "assets",
            $"the selection includes none of the assets {SceneInvalidException.Shown(string.Join(", ", scene.Assets.Select(a => a.Key)))}",
            "Correct the globs of the selection") : chosen.Length == scene.Assets.Length ? scene : scene with { Assets = chosen };
    }

    private static Regex Glob(string glob)
    {
        if (glob.Length is 0 or > LongestGlob)
            throw new ArgumentException($"The glob '{SceneInvalidException.Shown(glob)}' has {glob.Length} characters; expected 1 to "
                + $"{LongestGlob}.");
        System.Text.StringBuilder pattern = new(@"\A");
        for (int i = 0; i < glob.Length; i++)
            switch (glob[i])
            {
                case '*':
                    pattern.Append(".*");
                    break;
                case '?':
                    pattern.Append('.');
                    break;
                case '[':
                    int end = i + 2 < glob.Length ? glob.IndexOf(']', i + 2) : -1;
                    if (end < 0)
                        throw new ArgumentException($"The glob '{glob}' has an open bracket.");
                    bool isNegated = glob[i + 1] is '!';
                    pattern.Append(isNegated ? "[^" : "[")
                        .Append(glob[(i + (isNegated ? 2 : 1))..end].Replace(@"\", @"\\", StringComparison.Ordinal)
                            .Replace("^", @"\^", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal)).Append(']');
                    i = end;
                    break;
                default:
                    pattern.Append(Regex.Escape(glob[i].ToString()));
                    break;
            }
        try
        {
            return new Regex(pattern.Append(@"\z").ToString(),
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"The glob '{glob}' is not valid.", e);
        }
    }
}
