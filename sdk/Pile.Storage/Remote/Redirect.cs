using System.Net;

namespace Pile.Storage;

/// <summary>Decides which redirects of a web server are followed: those within the same server, and those from http to https of the same
/// host. Downloads also follow redirects to other servers, but never from https to http.</summary>
internal static class Redirect
{
    private const int MaxRedirects = 5;

    internal static bool Is(HttpStatusCode status) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Returns the target of a redirect.</summary>
    /// <param name="file">The requested file, for messages.</param>
    /// <param name="from">The address that sent the redirect.</param>
    /// <param name="response">The response.</param>
    /// <param name="followed">The number of redirects followed before this one.</param>
    /// <param name="mayLeaveServer">True to follow redirects to other servers.</param>
    /// <exception cref="StoreException">The target is another server or not a valid address, or there are too many redirects.</exception>
    internal static Uri Target(string file, Uri from, HttpResponseMessage response, int followed, bool mayLeaveServer = false)
    {
        string status = $"HTTP {(int)response.StatusCode}";
        if (response.Headers.Location is not { } location || !Uri.TryCreate(from, location, out Uri? target))
            throw Rejected(file, $"'{from.Authority}' sent a redirect without a valid address ({status})",
                "Contact the operator of the server");
        if (mayLeaveServer && !IsSafe(from, target))
            throw Rejected(file, $"'{from.Scheme}://{from.Authority}' redirects to {Shown(target)} ({status}), and only redirects to http "
                + "and https, never from https to http, are followed", "Contact the operator of the server");
        if (!mayLeaveServer && !IsSameServer(from, target))
            throw Rejected(file, $"'{from.Scheme}://{from.Authority}' redirects to {Shown(target)} ({status}), and redirects to another "
                + "server are not followed",
                target.Scheme is "http" or "https" ? "If you trust that server, open the dataset at its address there"
                    : "A dataset must not redirect to another server: contact its publisher");
        return followed < MaxRedirects ? target
            : throw Rejected(file, $"'{from.Authority}' redirects more than {MaxRedirects} times, most recently to {Shown(target)}",
                "Contact the operator of the server");
    }

    private static bool IsSameServer(Uri from, Uri target) => target.Scheme is "http" or "https"
        && target.IdnHost.Equals(from.IdnHost, StringComparison.OrdinalIgnoreCase)
        && ((target.Scheme == from.Scheme && target.Port == from.Port) || (from.Scheme == "http" && target.Scheme == "https"));

    private static bool IsSafe(Uri from, Uri target) => target.Scheme == "https" || (target.Scheme == "http" && from.Scheme == "http");

    // Without user, password, query and fragment: signatures and tokens are stored there.
    private static string Shown(Uri target) => target.Scheme is "http" or "https"
        ? $"'{target.Scheme}://{target.Authority}{target.AbsolutePath}'" : $"an address '{target.Scheme}:'";

    private static StoreException Rejected(string file, string finding,
        string remedy) => new(StoreFault.InvalidResponse, file, finding, remedy);
}
