using Pile.Format;

namespace Pile.Writing.Schemas;

/// <content>Declarations that only some units make: they must not say anything about values of which it was not said.</content>
internal sealed partial class SchemaMerge
{
    /// <summary>Returns what the user should know about units that only some sources state.</summary>
    internal IEnumerable<string> Notes() => order.Select(name => byName[name].UnitNote).OfType<string>();

    private sealed partial class Merged
    {
        private string? withUnit, withoutUnit;

        /// <summary>What to tell about the unit; null if all sources state it, or none.</summary>
        internal string? UnitNote => withUnit is null ? null
            : $"column '{Column.Name}': {withoutUnit} states no unit, so that its values are taken to be in that of {withUnit}, "
                + $"'{Column.Unit}'";

        /// <summary>Requires that numbers are times, codes with names, or wavelengths in one medium in all sources or in none.</summary>
        private void RequireStated(ColumnSchema mine, ColumnSchema other, string otherSource)
        {
            if (mine.Role != ColumnRole.Native || other.Role != ColumnRole.Native || mine.DType is DType.String or DType.Bool
                || other.DType is DType.String or DType.Bool)
                return;
            if (withUnit is null && (mine.Unit is null) != (other.Unit is null))
                (withUnit, withoutUnit) = mine.Unit is null ? (otherSource, Source) : (Source, otherSource);
            Require("time", Text(mine.Time), Text(other.Time));
            Require("spectral medium", mine.SpectralMedium, other.SpectralMedium, "spectral_medium");
            Require("names of codes", Text(mine.Categories), Text(other.Categories), "categories");

            void Require(string what, string? here, string? there, string? key = null)
            {
                if ((here is null) != (there is null))
                    throw new SchemaMismatchException($"{Source} and {otherSource}", mine.Name,
                        $"{what} {here ?? "not stated"} in the first, {there ?? "not stated"} in the second", "If they are the same, "
                            + $"declare them in a recipe, native: {{ {mine.Name}: {{ {key ?? what}: … }} }}; otherwise build two datasets");
            }
        }

        private static string? Text(TimeAxis? time) => time is null ? null : TimeWords.Describe(time);

        private static string? Text(IReadOnlyList<CategorySchema> categories) => categories is [] ? null
            : string.Join(", ", categories.Take(3).Select(c => $"{c.Code} = '{c.Name}'")) + (categories.Count > 3 ? " …" : "");
    }
}
