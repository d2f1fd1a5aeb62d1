// SPDX-License-Identifier: MIT
#include "wait/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace wait_bench {
namespace {

/// The value that the given part of all are below.
double quantile(std::vector<double> values, double part) {
    auto const at = values.begin() + std::lround(part * static_cast<double>(values.size() - 1));
    std::ranges::nth_element(values, at);
    return *at;
}

double median(std::vector<double> const& values) { return quantile(values, 0.5); }

template <class T>
void add_once(std::vector<T>& items, T const& item) {
    if (std::ranges::find(items, item) == items.end())
        items.push_back(item);
}

} // namespace

report::series& report::find(scenario which, std::size_t figure, std::size_t members, std::string_view name) {
    for (series& one : all_) {
        if (one.which == which && one.figure == figure && one.members == members && one.name == name)
            return one;
    }
    return all_.emplace_back(series{which, figure, members, name});
}

void report::add_round(scenario which, std::size_t members, std::span<std::string_view const> names,
                       std::span<figures const> found) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (std::size_t figure = 0; figure < 2; ++figure) {
            if (std::isnan(found[i][figure]))
                continue;
            series& one = find(which, figure, members, names[i]);
            one.nanoseconds.push_back(found[i][figure]);
            one.ratios.push_back(found[i][figure] / found[0][figure]);
        }
    }
}

void report::leave_out(std::string_view name, std::size_t members, std::string const& why) {
    auto const known =
        std::ranges::find_if(absences_, [&](absence const& a) { return a.name == name && a.why == why; });
    if (known == absences_.end())
        absences_.push_back({name, why, std::to_string(members)});
    else
        known->members += ", " + std::to_string(members);
}

void report::print_table(scenario which, std::size_t figure) const {
    std::vector<std::size_t> columns;
    std::vector<std::string_view> rows;
    for (series const& one : all_) {
        if (one.which == which && one.figure == figure) {
            add_once(columns, one.members);
            add_once(rows, one.name);
        }
    }
    if (rows.empty())
        return;
    auto const heading = figures_of(which)[figure].heading;
    std::printf("\n%.*s\n%-21s", static_cast<int>(heading.size()), heading.data(), "");
    for (std::size_t const members : columns)
        std::printf("%12zu sockets ", members);
    std::printf("\n%-21s", "");
    for (std::size_t i = 0; i < columns.size(); ++i)
        std::printf("%12s %7s ", "ns", "ratio");
    std::printf("\n");
    for (std::string_view const row : rows) {
        std::printf("%-21.*s", static_cast<int>(row.size()), row.data());
        for (std::size_t const members : columns) {
            auto const one = std::ranges::find_if(all_, [&](series const& s) {
                return s.which == which && s.figure == figure && s.members == members && s.name == row;
            });
            if (one == all_.end())
                std::printf("%12s %7s ", "-", "-");
            else
                std::printf("%12.0f %7.2f ", median(one->nanoseconds), median(one->ratios));
        }
        std::printf("\n");
    }
}

void report::print() const {
    for (scenario const which : scenarios) {
        for (std::size_t const figure : {0U, 1U})
            print_table(which, figure);
    }
    if (!absences_.empty())
        std::printf("\nLeft out:\n");
    for (absence const& one : absences_) {
        std::printf("  %.*s with %s sockets: %s\n", static_cast<int>(one.name.size()), one.name.data(),
                    one.members.c_str(), one.why.c_str());
    }
}

bool report::write_csv(std::string const& path) const {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file(std::fopen(path.c_str(), "w"), std::fclose);
    if (!file)
        return false;
    std::fprintf(file.get(), "scenario,contender,sockets,ns,ratio,ratio_low,ratio_high,rounds\n");
    for (series const& one : all_) {
        auto const name = figures_of(one.which)[one.figure].name;
        std::fprintf(file.get(), "%.*s,%.*s,%zu,%.1f,%.4f,%.4f,%.4f,%zu\n", static_cast<int>(name.size()), name.data(),
                     static_cast<int>(one.name.size()), one.name.data(), one.members, median(one.nanoseconds),
                     median(one.ratios), quantile(one.ratios, 0.25), quantile(one.ratios, 0.75), one.ratios.size());
    }
    return std::fflush(file.get()) == 0 && std::ferror(file.get()) == 0;
}

} // namespace wait_bench
