using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Sky;

namespace Pile.Cli.Commands;

/// <summary>The options of one side of a match, which describe its columns.</summary>
internal sealed class SideOptions(string side)
{
    internal Option<string?> Ra { get; } =
        new($"--{side}-ra")
        {
            Description = $"The column of right ascension of {side.ToUpperInvariant()}, if it is a table.",
            HelpName = "COL"
        };

    internal Option<string?> Dec { get; } = new($"--{side}-dec")
    {
        Description = $"The column of declination of {side.ToUpperInvariant()}.",
        HelpName = "COL"
    };

    internal Option<string?> Id { get; } = new($"--{side}-id")
    {
        Description = $"The column of ids of {side.ToUpperInvariant()}.",
        HelpName = "COL"
    };

    internal Option<string?> RaUnit { get; } =
        new($"--{side}-ra-unit") { Description = $"deg, hours, rad or sexagesimal, for {side.ToUpperInvariant()}.", HelpName = "UNIT" };

    internal Option<string?> Frame { get; } = FrameOption($"--{side}-frame",
        $"The frame of the positions of {side.ToUpperInvariant()}, if it is a table: icrs, fk5, fk4, galactic, ecliptic, or wgs84 "
        + "for longitude and latitude.");

    internal IEnumerable<Option<string?>> All => [Ra, Dec, Id, RaUnit, Frame];

    /// <summary>Creates an option whose value must be the name of a frame.</summary>
    internal static Option<string?> FrameOption(string name, string description)
    {
        Option<string?> frame = new(name) { Description = description, HelpName = "FRAME" };
        frame.Validators.Add(result => CommonOptions.Require(result, name, text => IsEarth(text) || SkyFrame.TryParse(text, out _),
            $"one of {SkyFrame.Words}, or wgs84"));
        return frame;
    }

    private static bool IsEarth(string text) => text.Equals(Manifest.Wgs84, StringComparison.OrdinalIgnoreCase);
}
